/** The size of a picture in pixels, as its file says. */
export interface StatedSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Reads the size of a PNG, JPEG, WebP or BMP file from its header, so that a huge picture is refused before it is decoded. Returns undefined
 * for other files and for broken ones.
 *
 * @param file the file, or so much of its beginning that the header is in it.
 */
export function statedSize(file: Uint8Array): StatedSize | undefined {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const starts = (text: string, at = 0) => [...text].every((letter, i) => file[at + i] === letter.charCodeAt(0));
  try {
    if (starts('\x89PNG\r\n\x1a\n')) return { width: view.getUint32(16), height: view.getUint32(20) };
    if (starts('BM')) return bmpSize(view);
    if (starts('RIFF') && starts('WEBP', 8)) return webpSize(view, file);
    if (starts('\xff\xd8')) return jpegSize(view);
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The header of OS/2 has 12 bytes, and sizes of 16 bits. In all others the height is negative if rows are stored from top to bottom. */
function bmpSize(view: DataView): StatedSize | undefined {
  if (view.getUint32(14, true) === 12) return { width: view.getUint16(18, true), height: view.getUint16(20, true) };
  const [width, height] = [view.getInt32(18, true), view.getInt32(22, true)];
  return width < 0 ? undefined : { width, height: Math.abs(height) };
}

/** RFC 9649. The first chunk is VP8X (sizes in 24 bits, minus 1), VP8L (in 14 bits, minus 1) or VP8 (in 14 bits). */
function webpSize(view: DataView, file: Uint8Array): StatedSize | undefined {
  const chunk = String.fromCharCode(...file.subarray(12, 16));
  const three = (at: number) => view.getUint16(at, true) + (view.getUint8(at + 2) << 16);
  if (chunk === 'VP8X') return { width: three(24) + 1, height: three(27) + 1 };
  if (chunk === 'VP8L') {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (chunk === 'VP8 ') return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  return undefined;
}

/** ITU-T T.81, B.1. The file is a list of markers with their lengths. The frame header has the size: SOF0 to SOF15, but not DHT, JPG and DAC. */
function jpegSize(view: DataView): StatedSize | undefined {
  for (let at = 2; view.getUint8(at) === 0xff; ) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1; // A fill byte.
      continue;
    }
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    }
    if (marker === 0xda) return undefined;
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}
