import * as bmp from 'bmp-ts';
import sharp from 'sharp';
import { PathlightError } from '../errors.js';
import { checkPicture, type Picture } from '../image/picture.js';
import { type FileBytes, toBytes } from '../tensor/arguments.js';

/** The most pixels of a picture. Decoding needs several copies with up to 8 bytes a pixel: 100 megapixels are 800 MB a copy. */
const MAX_PIXELS = 100_000_000;

const FORMATS = ['png', 'jpeg', 'webp'];

/**
 * A picture that was read.
 *
 * @example const { picture, note }: Decoded = await decodePicture(bytes);
 */
export interface Decoded {
  readonly picture: Picture;
  /** What was done to the picture's samples, for readers; empty if nothing was. */
  readonly note: string;
}

/**
 * Decodes a PNG, JPEG, WebP or BMP into 8-bit sRGB. EXIF orientation is applied, CMYK and embedded profiles are converted, and 16 bits are
 * rounded to 8. Grey without alpha stays one channel. A BMP is taken as opaque, since most writers leave its fourth byte 0.
 *
 * @param source how messages name the file.
 * @throws PathlightError for a file that is no intact picture, or larger than 100 megapixels.
 * @example const { picture } = await decodePicture(await readBytes('photo.jpg'), 'photo.jpg');
 */
export async function decodePicture(file: FileBytes, source = 'the picture'): Promise<Decoded> {
  const bytes = toBytes(file, 'file');
  if (bytes.length === 0) throw new PathlightError('picture.empty', { source });
  try {
    return bytes[0] === 0x42 && bytes[1] === 0x4d ? decodeBmp(bytes, source) : await decodeWithSharp(bytes, source);
  } catch (error) {
    if (error instanceof PathlightError) throw error;
    const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0]!.trim();
    throw new PathlightError('picture.corrupt', { source, detail: reason });
  }
}

/**
 * Encodes a picture as an 8-bit PNG without loss: `decodePicture` returns the same picture, a grey one with one channel.
 *
 * @example const png = await encodePng(toPicture(image, session.preprocessing));
 */
export async function encodePng(picture: Picture): Promise<Uint8Array> {
  const { width, height, channels, data } = checkPicture(picture);
  const image = sharp(data, { raw: { width, height, channels } });
  const png = (channels === 1 ? image.toColourspace('b-w') : image).png({ compressionLevel: 9 });
  return new Uint8Array(await png.toBuffer());
}

async function decodeWithSharp(bytes: Uint8Array, source: string): Promise<Decoded> {
  // The size is checked below, with a message of our own. `failOn: 'error'` also refuses truncated data, which libvips would fill with
  // grey.
  const image = sharp(bytes, { limitInputPixels: false, failOn: 'error' });
  const { format, width, height, depth, space, hasAlpha } = await image.metadata();
  if (!FORMATS.includes(format)) throw new PathlightError('picture.format', { source, format });
  checkPixels(width, height, source);
  const grey = !hasAlpha && (space === 'b-w' || space === 'grey16');
  const deep = depth === 'ushort';
  const colourspace = deep ? (grey ? 'grey16' : 'rgb16') : grey ? 'b-w' : 'srgb';
  const { data, info } = await image
    .autoOrient()
    .toColourspace(colourspace)
    .raw({ depth: deep ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const picture = (samples: Uint8Array): Picture => ({
    width: info.width,
    height: info.height,
    channels: info.channels as 1 | 3 | 4,
    data: samples,
  });
  if (!deep) return { picture: picture(new Uint8Array(data)), note: '' };
  const samples = new Uint16Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
  return { picture: picture(Uint8Array.from(samples, (sample) => Math.round(sample / 257))), note: '16 bits rounded to 8' };
}

function decodeBmp(bytes: Uint8Array, source: string): Decoded {
  const buffer = Buffer.from(bytes);
  if (buffer.length < 26) throw new PathlightError('picture.truncated', { source, bytes: buffer.length });
  checkPixels(buffer.readUInt32LE(18), Math.abs(buffer.readInt32LE(22)), source);
  const { width, height, data } = bmp.decode(buffer, { toRGBA: true });
  const colour = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) colour.set(data.subarray(i * 4, i * 4 + 3), i * 3);
  return { picture: { width, height, channels: 3, data: colour }, note: '' };
}

function checkPixels(width: number, height: number, source: string): void {
  if (width * height > MAX_PIXELS) {
    const megapixels = Math.round((width * height) / 1e6);
    throw new PathlightError('picture.large', { source, size: [width, height], megapixels, most: MAX_PIXELS / 1e6 });
  }
  if (width * height === 0) throw new PathlightError('picture.no-pixels', { source, size: [width, height] });
}
