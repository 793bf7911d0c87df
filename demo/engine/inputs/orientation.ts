import type { Picture } from '../../../src/index.js';

/** A file that a browser does not turn, and how it has to be turned, 1 to 8, as in EXIF. */
export interface Unturned {
  readonly file: Uint8Array<ArrayBuffer>;
  readonly orientation: number;
}

/**
 * The orientation that the EXIF data of a WebP file state. Some browsers turn WebP pictures by it and some do not, so it is hidden from them: the
 * chunk gets another name, and its reader has to turn the picture.
 */
export function hideWebpOrientation(file: Uint8Array<ArrayBuffer>): Unturned {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let at = 12; at + 8 <= file.length; ) {
    const length = view.getUint32(at + 4, true);
    if (String.fromCharCode(...file.subarray(at, at + 4)) === 'EXIF') {
      const hidden = file.slice();
      hidden.set([0x2d, 0x2d, 0x2d, 0x2d], at);
      return { file: hidden, orientation: orientationOf(file.subarray(at + 8, at + 8 + length)) };
    }
    at += 8 + length + (length % 2);
  }
  return { file, orientation: 1 };
}

/** The orientation that EXIF data state: the tag 0x112 of the first directory of TIFF data; 1 where there is none, or none that is valid. */
export function orientationOf(exif: Uint8Array): number {
  const prefix = String.fromCharCode(...exif.subarray(0, 4)) === 'Exif' ? 6 : 0;
  const tiff = exif.subarray(prefix);
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const little = tiff[0] === 0x49;
  if (tiff.length < 8) return 1;
  const directory = view.getUint32(4, little);
  if (directory + 2 > tiff.length) return 1;
  const entries = view.getUint16(directory, little);
  for (let entry = 0, at = directory + 2; entry < entries && at + 12 <= tiff.length; entry++, at += 12) {
    if (view.getUint16(at, little) !== 0x112) continue;
    const value = view.getUint16(at + 8, little);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/** Turns and mirrors a stored picture as an orientation of EXIF says. Orientations from 5 on exchange rows and columns. */
export function turn(picture: Picture, orientation: number): Picture {
  if (orientation === 1) return picture;
  const { channels, data } = picture;
  const across = orientation >= 5;
  const [width, height] = across ? [picture.height, picture.width] : [picture.width, picture.height];
  const fromRight = [2, 3, 7, 8].includes(orientation);
  const fromBottom = [3, 4, 6, 7].includes(orientation);
  const turned = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [column, row] = across ? [y, x] : [x, y];
      const storedX = fromRight ? picture.width - 1 - column : column;
      const storedY = fromBottom ? picture.height - 1 - row : row;
      const from = (storedY * picture.width + storedX) * channels;
      turned.set(data.subarray(from, from + channels), (y * width + x) * channels);
    }
  }
  return { width, height, channels, data: turned };
}
