import {
  decodeBmp,
  formatOf,
  isPictureFormat,
  maskOfArray,
  maskOfPicture,
  type PictureFormat,
  refit,
  type StatedSize,
  statedSize,
} from '../../../src/app.js';
import { fitPicture, PathlightError, type Picture, type Preprocessing, readNpy, toPicture, toValues } from '../../../src/index.js';
import type { Fit } from '../../lib/fits.js';
import { centresPictures } from '../../lib/handwriting.js';
import type { Decoded, Fitted } from '../contract/inputs.js';
import { AS_STORED, samplesOf } from './bitmap.js';
import { centreDigit, strokesOf } from './centre.js';
import { decodeDeepPng } from './deep_png.js';
import { hideWebpOrientation, turn } from './orientation.js';

/** The largest picture. A decoded picture takes four bytes per pixel, and is held twice. */
const MOST_PIXELS = 40e6;
/** How much of a file is read to find its size. Cameras put thumbnails and profiles before it, which fit into this. */
const HEADER_BYTES = 2 ** 18;

/**
 * Turns a picture file into the model's input, with the bytes of `decodePicture` in Node: turned as EXIF says, samples as they are stored, and the
 * model's matte behind transparent pixels. A `.npy` file holds the input itself. Throws PathlightError for a file that is no PNG, JPEG, WebP or BMP,
 * and for more than 40 megapixels.
 *
 * @param fit null: as `usualFit` says.
 */
export async function decodeFile(file: Blob, fit: Fit | null, preprocessing: Preprocessing): Promise<Fitted> {
  const header = await headerOf(file);
  if (formatOf(header) === 'npy') {
    return { ...decodeNpy(new Uint8Array(await file.arrayBuffer()), preprocessing), fit: fit ?? preprocessing.fit };
  }
  const format = pictureFormat(file, header);
  if (!preprocessing.takesPictures) throw new PathlightError('input.needs-array', { source: nameOf(file), shape: preprocessing.shape });
  const picture = await decode(file, format);
  const used = fit ?? usualFit(picture, preprocessing);
  return { ...fitted(picture, used, preprocessing), fit: used };
}

/** Turns a picture with a colour for each patch, or an array with a number for each, into a mask of the model's input, as `readMask` in Node does. */
export async function decodeMask(file: Blob, fit: Fit, preprocessing: Preprocessing): Promise<Float64Array> {
  const header = await headerOf(file);
  if (formatOf(header) === 'npy') {
    return maskOfArray(readNpy(new Uint8Array(await file.arrayBuffer()), nameOf(file)), preprocessing, nameOf(file));
  }
  const picture = await decode(file, pictureFormat(file, header));
  // A mask has no strokes to be centred.
  return maskOfPicture(picture, fit === 'centre' ? preprocessing : refit(preprocessing, fit), nameOf(file));
}

async function headerOf(file: Blob): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(0, HEADER_BYTES).arrayBuffer());
}

/** Throws PathlightError for what is no picture, and for a picture that is too large. */
function pictureFormat(file: Blob, header: Uint8Array): PictureFormat {
  const format = formatOf(header);
  if (format === undefined) throw unreadable(file);
  if (!isPictureFormat(format)) throw new PathlightError('picture.format', { source: nameOf(file), format });
  const size = statedSize(header);
  if (size !== undefined) checkSize(size);
  return format;
}

/** Turns a frame of a camera into the model's input. Throws PathlightError for a model that takes no pictures. */
export function frameInput(frame: Picture, fit: Fit, preprocessing: Preprocessing): Decoded {
  if (!preprocessing.takesPictures) throw new PathlightError('input.needs-array', { source: null, shape: preprocessing.shape });
  return fitted(frame, fit, preprocessing);
}

/** Turns a drawing [side][side], 0 to 255, white on black, into the model's input; centred as in MNIST if the model takes 28x28 grey pictures. */
export function drawingInput(pixels: Uint8Array, side: number, preprocessing: Preprocessing): Decoded {
  if (pixels.length !== side * side) throw new PathlightError('page.drawing', { pixels: pixels.length, side });
  const drawing: Picture = { width: side, height: side, channels: 1, data: pixels };
  const { width, height, channels } = preprocessing;
  const digit = width === 28 && height === 28 && channels === 1;
  return inputOf(digit ? centreDigit(drawing) : fitPicture(drawing, { ...preprocessing, fit: 'contain' }).picture, preprocessing);
}

/** Decodes a file. The browser decodes what it reads like Node; the rest is decoded here. */
async function decode(file: Blob, format: PictureFormat): Promise<Picture> {
  if (format === 'jpeg') return decodeBitmap(file, file);
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (format === 'bmp') return decodeBmp(bytes, nameOf(file));
  if (format === 'webp') {
    const { file: unturned, orientation } = hideWebpOrientation(bytes);
    return turn(await decodeBitmap(new Blob([unturned]), file), orientation);
  }
  // The browser checks every PNG, also those whose samples are then read here.
  const picture = await decodeBitmap(file, file);
  try {
    return decodeDeepPng(bytes) ?? picture;
  } catch {
    throw unreadable(file);
  }
}

/** @param named the file that a message names. */
async function decodeBitmap(file: Blob, named: Blob): Promise<Picture> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, AS_STORED);
  } catch {
    throw unreadable(named);
  }
  try {
    checkSize(bitmap);
    return samplesOf(bitmap);
  } finally {
    bitmap.close();
  }
}

function unreadable(file: Blob): PathlightError {
  return new PathlightError('page.unreadable-picture', { name: nameOf(file) });
}

function checkSize({ width, height }: StatedSize): void {
  const pixels = width * height;
  if (pixels <= MOST_PIXELS) return;
  throw new PathlightError('page.large-picture', { size: [width, height], megapixels: Math.round(pixels / 1e6), most: MOST_PIXELS / 1e6 });
}

/**
 * How a picture is fitted for which the visitor chose nothing: as the model says. A photograph of handwriting is centred for a model that reads digits, and
 * a picture that has the size of MNIST's is taken as it is.
 */
export function usualFit({ width, height }: Picture, preprocessing: Preprocessing): Fit {
  const alike = width === preprocessing.width && height === preprocessing.height;
  return centresPictures(preprocessing) && !alike ? 'centre' : preprocessing.fit;
}

function fitted(picture: Picture, fit: Fit, preprocessing: Preprocessing): Decoded {
  if (fit !== 'centre') return inputOf(fitPicture(picture, refit(preprocessing, fit)).picture, preprocessing);
  const { width, height, channels } = preprocessing;
  if (width !== 28 || height !== 28 || channels !== 1) {
    throw new PathlightError('page.not-a-digit', { size: [width, height, channels] });
  }
  // Grey, but not resized yet.
  const grey = fitPicture(picture, { width: picture.width, height: picture.height, channels: 1, matte: preprocessing.matte }).picture;
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
