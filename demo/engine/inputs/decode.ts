import { MATTE_VALUES, type Matte } from '../../../src/app.js';
import { fitPicture, PathlightError, type Picture, type Preprocessing, readNpy, toPicture, toValues } from '../../../src/index.js';
import { present } from '../../lib/present.js';
import type { Decoded, Fit } from '../contract.js';
import { centreDigit, strokesOf } from './centre.js';
import { type PictureSize, pictureSize } from './picture_header.js';

/** The largest picture. A decoded picture takes four bytes per pixel, and is held twice. */
const MOST_PIXELS = 40e6;
/** How much of a file is read to find its size. Cameras put thumbnails and profiles before it, which fit into this. */
const HEADER_BYTES = 2 ** 18;

/**
 * Turns a picture file into the model's input. The browser decodes it: turned as EXIF says, in sRGB, with the model's matte behind transparent pixels. A
 * `.npy` file holds the input itself. Throws PathlightError for a file that is no picture, and for more than 40 megapixels.
 */
export async function decodeFile(file: Blob, fit: Fit, preprocessing: Preprocessing): Promise<Decoded> {
  const header = new Uint8Array(await file.slice(0, HEADER_BYTES).arrayBuffer());
  if (header[0] === 0x93 && String.fromCharCode(...header.subarray(1, 6)) === 'NUMPY') {
    return decodeNpy(new Uint8Array(await file.arrayBuffer()), preprocessing);
  }
  const size = pictureSize(header);
  if (size !== undefined) checkSize(size);
  return fitted(await decode(file, preprocessing.matte), fit, preprocessing);
}

/** Turns a drawing [side][side], 0 to 255, white on black, into the model's input; centred as in MNIST if the model takes 28x28 grey pictures. */
export function drawingInput(pixels: Uint8Array, side: number, preprocessing: Preprocessing): Decoded {
  if (pixels.length !== side * side) throw new PathlightError('page.drawing', { pixels: pixels.length, side });
  const drawing: Picture = { width: side, height: side, channels: 1, data: pixels };
  const { width, height, channels } = preprocessing;
  const digit = width === 28 && height === 28 && channels === 1;
  return inputOf(digit ? centreDigit(drawing) : fitPicture(drawing, { ...preprocessing, fit: 'contain' }).picture, preprocessing);
}

async function decode(file: Blob, matte: Matte): Promise<Picture> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    throw new PathlightError('page.unreadable-picture', { name: nameOf(file) });
  }
  try {
    const { width, height } = bitmap;
    checkSize({ width, height });
    const context = present(new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true }), 'the 2d context');
    const behind = MATTE_VALUES[matte];
    context.fillStyle = `rgb(${behind} ${behind} ${behind})`;
    context.fillRect(0, 0, width, height);
    context.drawImage(bitmap, 0, 0);
    return { width, height, channels: 4, data: new Uint8Array(context.getImageData(0, 0, width, height).data.buffer) };
  } finally {
    bitmap.close();
  }
}

function checkSize({ width, height }: PictureSize): void {
  const pixels = width * height;
  if (pixels <= MOST_PIXELS) return;
  throw new PathlightError('page.large-picture', { size: [width, height], megapixels: Math.round(pixels / 1e6), most: MOST_PIXELS / 1e6 });
}

function fitted(picture: Picture, fit: Fit, preprocessing: Preprocessing): Decoded {
  if (fit !== 'centre') return inputOf(fitPicture(picture, { ...preprocessing, fit }).picture, preprocessing);
  const { width, height, channels } = preprocessing;
  if (width !== 28 || height !== 28 || channels !== 1) {
    throw new PathlightError('page.not-a-digit', { size: [width, height, channels] });
  }
  // Grey, but not resized yet.
  const grey = fitPicture(picture, { width: picture.width, height: picture.height, channels: 1 }).picture;
  return inputOf(centreDigit(strokesOf(grey)), preprocessing);
}

function decodeNpy(bytes: Uint8Array, preprocessing: Preprocessing): Decoded {
  const data = Float32Array.from(readNpy(bytes, null).data);
  const expected = preprocessing.width * preprocessing.height * preprocessing.channels;
  if (data.length !== expected) throw new PathlightError('page.npy-numbers', { numbers: data.length, wanted: expected });
  return { image: data, picture: toPicture(data, preprocessing) };
}

function inputOf(picture: Picture, preprocessing: Preprocessing): Decoded {
  return { image: toValues(picture, preprocessing), picture };
}

function nameOf(file: Blob): string | null {
  return file instanceof File && file.name !== '' ? file.name : null;
}
