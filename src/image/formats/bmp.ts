import { PathlightError } from '../../errors.js';
import type { Picture } from '../picture.js';

/** Where things lie in the file, and how pixels are stored. */
interface Header {
  readonly width: number;
  readonly height: number;
  /** Whether the first stored row is the upper one. */
  readonly topDown: boolean;
  readonly bits: number;
  readonly compression: number;
  /** Bytes of the second header, which tell its version. */
  readonly size: number;
  /** Where the pixels begin. */
  readonly pixels: number;
}

/** Bytes of the file's first header; the second one follows. */
const FILE_HEADER = 14;
/** Bytes of the second header in OS/2. All others are longer. */
const CORE_HEADER = 12;
/** Kinds of compression. */
const RGB = 0;
const RLE8 = 1;
const RLE4 = 2;
const BITFIELDS = 3;
const ALPHABITFIELDS = 6;

/**
 * Decodes a BMP file: palettes of 1, 2, 4 and 8 bits, RLE4 and RLE8, 16, 24 and 32 bits with any masks. The samples are Pillow's. A palette
 * without colours gives a grey picture. Alpha counts where the header has a mask for it and not all of it is 0: the fourth byte that most
 * writers leave at 0 has no mask.
 *
 * Follows https://learn.microsoft.com/windows/win32/gdi/bitmap-storage and, for runs, its page "Bitmap Compression".
 *
 * @param source how messages name the file; null where it has no name.
 * @throws PathlightError for files that are truncated or have no pixels, and for bits and compressions that are not listed here.
 */
export function decodeBmp(file: Uint8Array, source: string | null): Picture {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  try {
    const header = readHeader(view);
    const { width, height } = header;
    if (width < 1 || height < 1) throw new PathlightError('picture.no-pixels', { source, size: [width, height] });
    if (header.bits <= 8) return decodeIndexed(view, header, source);
    if ([16, 24, 32].includes(header.bits)) return decodeDirect(view, header, source);
    throw unsupported(header, source);
  } catch (error) {
    // A DataView throws it beyond the end of the file.
    if (error instanceof RangeError) throw new PathlightError('picture.truncated', { source, bytes: file.length });
    throw error;
  }
}

function readHeader(view: DataView): Header {
  const [pixels, size] = [view.getUint32(10, true), view.getUint32(14, true)];
  if (size === CORE_HEADER) {
    const [width, height, bits] = [view.getUint16(18, true), view.getUint16(20, true), view.getUint16(24, true)];
    return { width, height, topDown: false, bits, compression: RGB, size, pixels };
  }
  const height = view.getInt32(22, true);
  return {
    width: view.getInt32(18, true),
    height: Math.abs(height),
    topDown: height < 0,
    bits: view.getUint16(28, true),
    compression: size >= 20 ? view.getUint32(30, true) : RGB,
    size,
    pixels,
  };
}

function decodeIndexed(view: DataView, header: Header, source: string | null): Picture {
  const { width, height, bits, compression } = header;
  const palette = readPalette(view, header, source);
  const compressed = (compression === RLE8 && bits === 8) || (compression === RLE4 && bits === 4);
  if (!compressed && (compression !== RGB || ![1, 2, 4, 8].includes(bits))) throw unsupported(header, source);
  const indexes = compressed ? unpackRuns(view, header) : unpackRows(view, header);
  const grey = palette.every(([red, green, blue]) => red === green && green === blue);
  const channels = grey ? 1 : 3;
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const stored = storedRow(header, y) * width;
    for (let x = 0; x < width; x++) {
      // An index beyond the palette is black, as in Pillow.
      const colour = palette[indexes[stored + x] ?? 0] ?? BLACK;
      for (let c = 0; c < channels; c++) data[(y * width + x) * channels + c] = colour[c] ?? 0;
    }
  }
  return { width, height, channels, data };
}

const BLACK: readonly [number, number, number] = [0, 0, 0];

/** The colours of the palette: red, green, blue. Those that the header announces, and no more than lie before the pixels. */
function readPalette(view: DataView, header: Header, source: string | null): (readonly [number, number, number])[] {
  const { bits, size, pixels } = header;
  const entry = size === CORE_HEADER ? 3 : 4;
  const announced = size >= 36 ? view.getUint32(46, true) : 0;
  const room = Math.floor((pixels - FILE_HEADER - size) / entry);
  const colours = Math.min(announced === 0 ? 2 ** bits : announced, 2 ** bits, room);
  if (colours < 1) throw unsupported(header, source);
  return Array.from({ length: colours }, (_, i) => {
    const at = FILE_HEADER + size + i * entry;
    return [view.getUint8(at + 2), view.getUint8(at + 1), view.getUint8(at)];
  });
}

/** Indexes of a file that is not compressed, in the order of its rows. */
function unpackRows(view: DataView, header: Header): Uint8Array {
  const { width, height, bits, pixels } = header;
  const stride = strideOf(view, header);
  const indexes = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * bits;
      indexes[y * width + x] = (view.getUint8(pixels + y * stride + (bit >> 3)) >> (8 - bits - (bit & 7))) & (2 ** bits - 1);
    }
  }
  return indexes;
}

/**
 * Indexes of a run-length encoded file, in the order of its rows. Pixels that a file leaves out have the index 0. Runs end with their row.
 */
function unpackRuns(view: DataView, { width, height, bits, pixels }: Header): Uint8Array {
  const indexes = new Uint8Array(width * height);
  const perByte = 8 / bits;
  let [at, x, y] = [pixels, 0, 0];
  const put = (index: number) => {
    if (x < width && y < height) indexes[y * width + x] = index;
    x++;
  };
  /** One of the indexes that a byte holds; the first is in the upper bits. */
  const part = (byte: number, i: number) => (byte >> (8 - bits - (i % perByte) * bits)) & (2 ** bits - 1);
  while (y < height - 1 || (y < height && x < width)) {
    const [count, value] = [view.getUint8(at), view.getUint8(at + 1)];
    at += 2;
    if (count > 0) {
      for (let i = 0; i < count; i++) put(part(value, i));
    } else if (value === 0) {
      [x, y] = [0, y + 1];
    } else if (value === 1) {
      break;
    } else if (value === 2) {
      x += view.getUint8(at);
      y += view.getUint8(at + 1);
      at += 2;
    } else {
      for (let i = 0; i < value; i++) put(part(view.getUint8(at + Math.floor(i / perByte)), i));
      at += 2 * Math.ceil(value / perByte / 2); // The indexes fill whole words.
    }
  }
  return indexes;
}

function decodeDirect(view: DataView, header: Header, source: string | null): Picture {
  const { width, height, bits, pixels } = header;
  const masks = readMasks(view, header, source);
  const stride = strideOf(view, header);
  const channels = masks.length;
  const data = new Uint8Array(width * height * channels);
  for (const [c, mask] of masks.entries()) {
    for (let y = 0; y < height; y++) {
      const row = pixels + storedRow(header, y) * stride;
      for (let x = 0; x < width; x++) data[(y * width + x) * channels + c] = sampleOf(readWord(view, row + (x * bits) / 8, bits), mask);
    }
  }
  if (channels === 3) return { width, height, channels, data };
  const transparent = data.every((sample, i) => i % 4 !== 3 || sample === 0);
  return transparent ? { width, height, channels: 3, data: data.filter((_, i) => i % 4 !== 3) } : { width, height, channels, data };
}

/** The 16, 24 or 32 bits of a pixel. */
function readWord(view: DataView, at: number, bits: number): number {
  if (bits === 32) return view.getUint32(at, true);
  const lower = view.getUint16(at, true);
  return bits === 16 ? lower : lower | (view.getUint8(at + 2) << 16);
}

/** The bits of a channel in a pixel's word; `most` is its largest value, 0 where the channel is absent. */
interface Mask {
  readonly shift: number;
  readonly most: number;
}

function sampleOf(word: number, { shift, most }: Mask): number {
  if (most === 255) return (word >>> shift) & 255;
  return most === 0 ? 0 : Math.floor(((((word >>> shift) & most) >>> 0) * 255) / most);
}

type Masks = readonly [Mask, Mask, Mask] | readonly [Mask, Mask, Mask, Mask];

/** The masks of red, green, blue and, where it has one, alpha. A file without masks has 5 bits a channel, or a byte. */
function readMasks(view: DataView, header: Header, source: string | null): Masks {
  const { bits, compression, size } = header;
  if (compression === RGB)
    return bits === 16 ? [maskOf(0x7c00), maskOf(0x3e0), maskOf(0x1f)] : [maskOf(0xff0000), maskOf(0xff00), maskOf(0xff)];
  if ((compression !== BITFIELDS && compression !== ALPHABITFIELDS) || bits === 24) throw unsupported(header, source);
  // The masks lie in the header, or directly behind a header that is too short for them: at the same place.
  const colours = [maskOf(view.getUint32(54, true)), maskOf(view.getUint32(58, true)), maskOf(view.getUint32(62, true))] as const;
  const alpha = compression === ALPHABITFIELDS || size >= 56 ? view.getUint32(66, true) : 0;
  return alpha === 0 ? colours : [...colours, maskOf(alpha)];
}

function maskOf(mask: number): Mask {
  if (mask === 0) return { shift: 0, most: 0 };
  const shift = 31 - Math.clz32(mask & -mask);
  return { shift, most: mask >>> shift };
}

/** Bytes from one stored row to the next: whole words of 32 bits. Throws RangeError where the last row ends beyond the file. */
function strideOf(view: DataView, { width, height, bits, pixels }: Header): number {
  const stride = Math.ceil((width * bits) / 32) * 4;
  view.getUint8(pixels + (height - 1) * stride + Math.ceil((width * bits) / 8) - 1);
  return stride;
}

function storedRow({ height, topDown }: Header, y: number): number {
  return topDown ? y : height - 1 - y;
}

function unsupported({ bits, compression }: Header, source: string | null): PathlightError {
  return new PathlightError('picture.bmp', { source, bits, compression });
}
