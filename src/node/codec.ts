import sharp from 'sharp';
import { PathlightError } from '../errors.js';
import { decodeBmp } from '../image/formats/bmp.js';
import { formatOf, isPictureFormat, type PictureFormat } from '../image/formats/format.js';
import { statedSize } from '../image/formats/header.js';
import { checkPicture, type Picture } from '../image/picture.js';
import { pngOf } from '../image/png.js';
import { type FileBytes, toBytes } from '../tensor/arguments.js';
import { itemAt } from '../tensor/items.js';

/** The most pixels of a picture. Decoding needs several copies with up to 8 bytes a pixel: 100 megapixels are 800 MB a copy. */
const MAX_PIXELS = 100_000_000;

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
 * Decodes a PNG, JPEG, WebP or BMP into 8 bits. EXIF orientation is applied, CMYK is converted, and 16 bits are rounded to 8. Colour
 * profiles and gamma are not applied: models are trained on the samples that files hold, which is what Pillow and torchvision read. Grey
 * without alpha stays one channel. Other files are refused by their first bytes.
 *
 * @param source how messages name the file.
 * @throws PathlightError for a file that is no intact picture, or larger than 100 megapixels.
 * @example const { picture } = await decodePicture(await readBytes('photo.jpg'), 'photo.jpg');
 */
export async function decodePicture(file: FileBytes, source = 'the picture'): Promise<Decoded> {
  const bytes = toBytes(file, 'file');
  const format = checkFile(bytes, source);
  if (format === 'bmp') return { picture: decodeBmp(bytes, source), note: '' };
  try {
    return await decodeWithSharp(bytes);
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new PathlightError('picture.corrupt', { source, detail: reason.trim() });
  }
}

/** Checks what the first bytes and the header of a file say, before anything is decoded. */
function checkFile(bytes: Uint8Array, source: string): PictureFormat {
  if (bytes.length === 0) throw new PathlightError('picture.empty', { source });
  const format = formatOf(bytes);
  if (format === undefined) throw new PathlightError('picture.unknown', { source });
  if (!isPictureFormat(format)) throw new PathlightError('picture.format', { source, format });
  const size = statedSize(bytes);
  if (size === undefined) {
    if (format === 'bmp' && bytes.length < 26) throw new PathlightError('picture.truncated', { source, bytes: bytes.length });
    throw new PathlightError('picture.corrupt', { source, detail: 'its header states no size' });
  }
  const { width, height } = size;
  if (width * height > MAX_PIXELS) {
    const megapixels = Math.round((width * height) / 1e6);
    throw new PathlightError('picture.large', { source, size: [width, height], megapixels, most: MAX_PIXELS / 1e6 });
  }
  if (width * height === 0) throw new PathlightError('picture.no-pixels', { source, size: [width, height] });
  return format;
}

/**
 * Encodes a picture as an 8-bit PNG without loss: `decodePicture` returns the same picture, a grey one with one channel.
 *
 * @example const png = await encodePng(toPicture(image, session.preprocessing));
 */
export async function encodePng(picture: Picture): Promise<Uint8Array> {
  return pngOf(checkPicture(picture));
}

async function decodeWithSharp(bytes: Uint8Array): Promise<Decoded> {
  // `failOn: 'error'` also refuses truncated data, which libvips would fill with grey.
  const image = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error', ignoreIcc: true });
  const { depth, space, hasAlpha, icc } = await image.metadata();
  const notes = [icc !== undefined && !isSrgb(icc) ? 'the colour profile is not applied' : ''];
  const grey = !hasAlpha && (space === 'b-w' || space === 'grey16');
  const deep = depth === 'ushort';
  const colourspace = space === 'cmyk' ? 'cmyk' : deep ? (grey ? 'grey16' : 'rgb16') : grey ? 'b-w' : 'srgb';
  // Without a pipeline in CMYK, libvips would pass through sRGB by way of a press profile of its own.
  const oriented = space === 'cmyk' ? image.autoOrient().pipelineColourspace('cmyk') : image.autoOrient();
  const { data, info } = await oriented
    .toColourspace(colourspace)
    .raw({ depth: deep ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const told = (picture: Picture, ...more: string[]): Decoded => ({
    picture,
    note: [...notes, ...more].filter((note) => note !== '').join('; '),
  });
  if (space === 'cmyk') return told({ width, height, channels: 3, data: fromCmyk(data) }, 'CMYK to RGB');
  const channels = info.channels as 1 | 3 | 4;
  if (!deep) return told({ width, height, channels, data: new Uint8Array(data) });
  const samples = new Uint16Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
  return told({ width, height, channels, data: Uint8Array.from(samples, (sample) => Math.round(sample / 257)) }, '16 bits rounded to 8');
}

/** Whether an ICC profile is one of the many of sRGB, as its description says, in bytes or in UTF-16. */
function isSrgb(profile: Uint8Array): boolean {
  return /s\0?R\0?G\0?B/.test(Buffer.from(profile).toString('latin1'));
}

/** Ink to light, (1 - ink) (1 - black), rounded down: what Chrome makes of a CMYK picture without a profile. */
function fromCmyk(inks: Uint8Array): Uint8Array {
  const pixels = inks.length / 4;
  const data = new Uint8Array(pixels * 3);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const white = 255 - itemAt(inks, pixel * 4 + 3);
    for (let c = 0; c < 3; c++) data[pixel * 3 + c] = Math.floor(((255 - itemAt(inks, pixel * 4 + c)) * white) / 255);
  }
  return data;
}
