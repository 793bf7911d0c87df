import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Picture } from '../../src/image/picture.js';
import { toPicture, toValues } from '../../src/image/pixels.js';
import { resolvePreprocessing } from '../../src/image/preprocessing/preprocess.js';
import { decodePicture, encodePng } from '../../src/node/codec.js';
import { readInput } from '../../src/node/input.js';
import { writeNpy } from '../../src/tensor/npy.js';
import { withChunk } from '../support/png_chunks.js';

const noise = (width: number, height: number, channels: 1 | 3 | 4): Picture => ({
  width,
  height,
  channels,
  data: Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 73 + ((i * i) >> 3)) & 255),
});
const raw = ({ width, height, channels, data }: Picture) => sharp(data, { raw: { width, height, channels } });

describe('encodePng and decodePicture', () => {
  test.each([1, 3, 4] as const)('%i channels come back byte for byte', async (channels) => {
    const picture = noise(16, 17, channels);
    expect((await decodePicture(await encodePng(picture))).picture).toEqual(picture);
  });

  test.each([
    [[1, 1, 28, 28], { mean: 0.1307, std: 0.3081 }],
    [[1, 28, 28, 3], { range: [-1, 1] }],
    [[1, 3, 28, 28], { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }],
  ])('the model sees the same float32 after saving and reading: %j', async (shape, side) => {
    const preprocessing = resolvePreprocessing(shape, side);
    const values = toValues(noise(28, 28, preprocessing.channels === 1 ? 1 : 3), preprocessing);
    const { picture } = await decodePicture(await encodePng(toPicture(values, preprocessing)));
    expect(toValues(picture, preprocessing)).toEqual(values);
  });
});

describe('decodePicture', () => {
  test('16 bits are rounded to 8', async () => {
    const samples = Uint16Array.of(0, 128, 129, 1000, 65406, 65535);
    const bytes = await sharp(samples, { raw: { width: 6, height: 1, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer();
    const { picture, note } = await decodePicture(bytes);
    // v / 257: 128 is just below a half, 129 just above.
    expect(picture).toEqual({ width: 6, height: 1, channels: 1, data: Uint8Array.of(0, 0, 1, 4, 254, 255) });
    expect(note).toBe('16 bits rounded to 8');
  });

  // The top left, top right, bottom left and bottom right pixels of a picture stored 3 wide and 2 high with the values 0 to 5.
  test.each([
    [1, 3, [0, 2, 3, 5]],
    [2, 3, [2, 0, 5, 3]],
    [3, 3, [5, 3, 2, 0]],
    [4, 3, [3, 5, 0, 2]],
    [5, 2, [0, 3, 2, 5]],
    [6, 2, [3, 0, 5, 2]],
    [7, 2, [5, 2, 3, 0]],
    [8, 2, [2, 5, 0, 3]],
  ])('EXIF orientation %i is applied', async (orientation, width, corners) => {
    const bytes = await raw({ width: 3, height: 2, channels: 3, data: Uint8Array.from({ length: 18 }, (_, i) => i) })
      .withMetadata({ orientation })
      .png()
      .toBuffer();
    const { picture } = await decodePicture(bytes);
    expect([picture.width, picture.height, picture.channels]).toEqual([width, 6 / width, 3]);
    expect([0, width - 1, 6 - width, 5].map((p) => picture.data[3 * p]! / 3)).toEqual(corners);
  });

  test('grey with alpha, a palette with a transparent colour, and 16 bits with alpha have four channels', async () => {
    const samples = Uint8Array.of(10, 255, 200, 0, 90, 128, 30, 51);
    const grey = await sharp(samples, { raw: { width: 4, height: 1, channels: 2 } })
      .toColourspace('b-w')
      .png()
      .toBuffer();
    expect((await sharp(grey).metadata()).channels).toBe(2);
    const expected = [10, 10, 10, 255, 200, 200, 200, 0, 90, 90, 90, 128, 30, 30, 30, 51];
    expect([...(await decodePicture(grey)).picture.data]).toEqual(expected);
    const four = { raw: { width: 4, height: 1, channels: 4 } } as const;
    const palette = await sharp(Uint8Array.from(expected), four).png({ palette: true, dither: 0 }).toBuffer();
    expect((await sharp(palette).metadata()).isPalette).toBe(true);
    const { data } = (await decodePicture(palette)).picture;
    expect([...data].filter((_, i) => i % 4 === 3)).toEqual([255, 0, 128, 51]);
    expect([...data.subarray(0, 3)]).toEqual([10, 10, 10]);
    const deep = await sharp(
      Uint16Array.from(expected, (value) => value * 257),
      four,
    )
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    expect((await sharp(deep).metadata()).depth).toBe('ushort');
    expect(await decodePicture(deep)).toMatchObject({
      note: '16 bits rounded to 8',
      picture: { channels: 4, data: Uint8Array.from(expected) },
    });
  });

  test('grey, CMYK and colour JPEGs and WebP', async () => {
    const flat: Picture = { width: 8, height: 8, channels: 3, data: new Uint8Array(192).fill(200) };
    const grey = await raw(flat).toColourspace('b-w').jpeg().toBuffer();
    expect((await decodePicture(grey)).picture.channels).toBe(1);
    const webp = await raw(noise(8, 8, 3))
      .webp({ lossless: true })
      .toBuffer();
    expect((await decodePicture(webp)).picture).toEqual(noise(8, 8, 3));
    const cmyk = await decodePicture(await raw(flat).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer());
    expect(cmyk).toMatchObject({ note: 'CMYK to RGB', picture: { channels: 3 } });
    // A press profile shifted the light grey somewhat as it was written; ink taken for light, as inverted CMYK would be, gives 255 - 200 = 55.
    for (const sample of cmyk.picture.data) expect(sample).toBeGreaterThan(128);
  });

  test('a BMP is decoded by its palette', async () => {
    const header = [0x42, 0x4d, 64, 0, 0, 0, 0, 0, 0, 0, 62, 0, 0, 0, 40, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 8, 0, 0, 0, 0, 0];
    const palette = [3, 2, 1, 0, 6, 5, 4, 0];
    const file = Uint8Array.of(...header, ...new Array(12).fill(0), 2, 0, 0, 0, 0, 0, 0, 0, ...palette, 1, 0, 0, 0);
    expect((await decodePicture(file)).picture).toEqual({ width: 2, height: 1, channels: 3, data: Uint8Array.of(4, 5, 6, 1, 2, 3) });
  });

  test('samples are those of the file: no gamma, no chromaticities, no profile', async () => {
    const picture = noise(5, 4, 3);
    const png = await encodePng(picture);
    // gAMA 1.0; cHRM of Display P3; sRGB. Pillow 13.0 reads the same samples from all of them.
    for (const [type, values] of [
      ['gAMA', [0, 1, 0x86, 0xa0]],
      [
        'cHRM',
        [31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000].flatMap((value) => [0, value >> 16, (value >> 8) & 255, value & 255]),
      ],
      ['sRGB', [0]],
    ] as const) {
      expect((await decodePicture(withChunk(png, type, values))).picture).toEqual(picture);
    }
    const icc = Buffer.from((await sharp(await raw(picture).withIccProfile('p3').png().toBuffer()).metadata()).icc ?? []);
    const note = 'the colour profile is not applied';
    const profile = [...Buffer.from('p3\0\0'), ...deflateSync(icc)];
    expect(await decodePicture(withChunk(png, 'iCCP', profile))).toEqual({ picture, note });
    const jpeg = await raw(picture).jpeg().toBuffer();
    const start = Buffer.from([0xff, 0xd8, 0xff, 0xe2, 0, 0, ...Buffer.from('ICC_PROFILE\0'), 1, 1]);
    start.writeUInt16BE(16 + icc.length, 4);
    expect(await decodePicture(Buffer.concat([start, icc, jpeg.subarray(2)]))).toEqual({
      picture: (await decodePicture(jpeg)).picture,
      note,
    });
    expect(await decodePicture(await raw(picture).withIccProfile('srgb').png().toBuffer())).toEqual({ picture, note: '' });
  });

  // Headers alone. 100 megapixels pass, and are refused only since nothing follows.
  const tail = new Array<number>(40).fill(0);
  const three = (value: number) => [value & 255, (value >> 8) & 255, value >> 16];
  test.each<[string, (width: number, height: number) => number[]]>([
    [
      'PNG',
      (width, height) => [
        ...Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'),
        0,
        ...three(width).reverse(),
        0,
        ...three(height).reverse(),
        8,
      ],
    ],
    [
      'JPEG',
      (width, height) => [
        0xff,
        0xd8,
        0xff,
        0xc0,
        0,
        17,
        8,
        ...three(height).slice(0, 2).reverse(),
        ...three(width).slice(0, 2).reverse(),
        3,
      ],
    ],
    [
      'WebP',
      (width, height) => [...Buffer.from('RIFF\x40\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0', 'latin1'), ...three(width - 1), ...three(height - 1)],
    ],
    ['BMP', (width, height) => [0x42, 0x4d, ...tail.slice(0, 12), 40, 0, 0, 0, ...three(width), 0, ...three(height), 0, 1, 0, 24, 0]],
  ])('more than 100 megapixels of a %s are refused by its header', async (_, header) => {
    const refusal = (width: number, height: number) =>
      decodePicture(Uint8Array.of(...header(width, height), ...tail), 'a').catch(({ message }: Error) => message);
    expect(await refusal(10_001, 10_000)).toBe('a: 10001x10000 is 100 megapixels (at most 100)');
    expect(await refusal(10_000, 10_000)).toMatch(/^a: (cannot be decoded|a bmp of \d+ bytes is truncated)/);
  });

  test('what is not a whole picture is refused in one line', async () => {
    const jpeg = await raw(noise(64, 64, 3))
      .jpeg()
      .toBuffer();
    const bitmap = Buffer.alloc(60);
    bitmap.write('BM');
    const wide = Buffer.from(bitmap);
    wide.writeUInt32LE(30000, 18);
    wide.writeInt32LE(-30000, 22);
    for (const [bytes, message] of [
      [new Uint8Array(0), /^a\.png: the file is empty \(/],
      [Buffer.from('hello, this is text'), /^a\.png: cannot be decoded, .* \(an intact png/],
      [jpeg.subarray(0, jpeg.length / 2), /^a\.png: cannot be decoded, .* \(an intact png/],
      [wide, /^a\.png: 30000x30000 is 900 megapixels \(at most 100\)$/],
      [bitmap, /^a\.png: 0x0 has no pixels/],
      [Buffer.from('BM short'), /^a\.png: a bmp of 8 bytes is truncated/],
      [Buffer.from('GIF89a'), /^a\.png: format gif \(png, jpg, webp or bmp\)$/],
    ] as const) {
      const error = await decodePicture(bytes, 'a.png').catch((reason: Error) => reason);
      expect(error).toHaveProperty('name', 'PathlightError');
      expect((error as Error).message).toMatch(message);
      expect((error as Error).message).not.toContain('\n');
    }
  });
});

describe('readInput', () => {
  const preprocessing = resolvePreprocessing([1, 1, 4, 4]);
  let folder = '';
  const save = async (name: string, bytes: Uint8Array) => {
    await writeFile(join(folder, name), bytes);
    return join(folder, name);
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pathlight-input-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('a picture, fitted, with a note', async () => {
    const { data, picture, note } = await readInput(await save('a.png', await encodePng(noise(8, 8, 3))), preprocessing);
    expect(picture).toMatchObject({ width: 4, height: 4, channels: 1 });
    expect(data).toEqual(toValues(picture, preprocessing));
    expect(note).toBe('4x4 from 8x8: colour to grey (BT.601 luma), resized to 4x4');
  });

  test('an array, with or without axes of size 1, and as a row', async () => {
    const values = Float32Array.from({ length: 16 }, (_, i) => i / 15);
    for (const shape of [[1, 1, 4, 4], [1, 4, 4], [4, 4], [4, 4, 1], [16]]) {
      const input = await readInput(await save('a.npy', writeNpy(values, shape)), preprocessing);
      expect(input.data).toEqual(values);
      expect(input.picture.data[15]).toBe(255);
      expect(input.note).toBe('');
    }
  });

  test('the only array of an archive', async () => {
    const values = Float32Array.from({ length: 16 }, (_, i) => i / 15);
    const npy = writeNpy(values, [4, 4]);
    const input = await readInput(await save('a.npz', zipSync({ 'x.npy': npy })), preprocessing);
    expect(input.data).toEqual(values);
    const two = await save('two.npz', zipSync({ 'x.npy': npy, 'y.npy': npy }));
    await expect(readInput(two, preprocessing)).rejects.toThrow('2 arrays in the archive: x, y (one array of at most 1 GiB');
    const none = await save('none.npz', zipSync({ 'x.txt': npy }));
    await expect(readInput(none, preprocessing)).rejects.toThrow('no array in the archive');
    await expect(readInput(await save('bad.npz', npy), preprocessing)).rejects.toThrow('bad.npz: not an .npz archive');
  });

  test('a picture for an input that is none is refused, with what would be right', async () => {
    const four = resolvePreprocessing([1, 4, 4, 4]);
    const path = await save('e.png', await encodePng(noise(4, 4, 3)));
    await expect(readInput(path, four)).rejects.toThrow(
      "e.png: the model's input 1x4x4x4 is no picture of 1 or 3 channels (an .npy file of shape 1x4x4x4)",
    );
    const values = Float32Array.from({ length: 64 }, (_, i) => 10 * i);
    expect(await readInput(await save('e.npy', writeNpy(values, [4, 4, 4])), four)).toMatchObject({ data: values, note: '' });
  });

  test('values that no picture has are kept and noted', async () => {
    const values = new Float32Array(16);
    values[3] = 1.5;
    const { data, note } = await readInput(await save('b.npy', writeNpy(values, [1, 1, 4, 4])), preprocessing);
    expect(data[3]).toBe(1.5);
    expect(note).toBe('1 of 16 values lie outside the valid range [0, 1] and have no colour');
  });

  test('refuses another shape, NaN, a missing file and a folder', async () => {
    const other = await save('c.npy', writeNpy(new Float32Array(16), [1, 16]));
    await expect(readInput(other, preprocessing)).rejects.toThrow("c.npy: shape 1x16 (1x1x4x4, the shape of the model's input)");
    const nan = await save('d.npy', writeNpy(new Float32Array(16).fill(Number.NaN, 5), [1, 4, 4]));
    await expect(readInput(nan, preprocessing)).rejects.toThrow('d.npy: element 5 is NaN (finite numbers)');
    await expect(readInput(join(folder, 'none.png'), preprocessing)).rejects.toThrow('none.png: no such file');
    await expect(readInput(folder, preprocessing)).rejects.toThrow('is a folder (a file)');
  });
});
