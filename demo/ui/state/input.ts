import { signal } from '@preact/signals';
import { decodeText } from '../../../src/app.js';
import { toValues } from '../../../src/index.js';
import type { Digit, Fit, ModelSource } from '../../engine/contract.js';
import { forgetBench } from './bench.js';
import { forgetRepair } from './fix.js';
import { penDown, updateMaps } from './maps.js';
import {
  cursor,
  digits,
  exact,
  maps,
  model,
  opening,
  outcomes,
  path,
  problems,
  reading,
  source,
  subject,
  truth,
  wanted,
} from './signals.js';
import { attempt, createLatest, createPump, engine } from './tasks.js';

/** How a picture is fitted into the model's input. */
export const fit = signal<Fit>('cover');
/** The file that was chosen last. It is fitted again when the fit or the model changes. */
export const picture = signal<File | null>(null);

interface Drawing {
  /** [side][side], 0 to 255, white on black. */
  readonly pixels: Uint8Array;
  readonly side: number;
}

/** The drawing that was shown last. */
let drawing: Drawing | null = null;

const opens = createLatest();
const decodes = createLatest();

/** Forgets what was computed for the picture before. */
function forget(): void {
  forgetRepair();
  outcomes.value = null;
}

/**
 * Opens a network and shows a picture with it: the same picture as before if the network takes it, or else the first digit. If the network cannot be
 * opened, the one before stays open.
 * @param prefer the index of the digit to show.
 */
export async function openModel(from: ModelSource, prefer: { readonly digit?: number } = {}): Promise<boolean> {
  const signalOf = opens.next();
  opening.value = true;
  const opened = await attempt(problems.look, signalOf, async () => {
    const answer = await engine().open(from, signalOf);
    return { answer, list: await engine().digits(signalOf) };
  });
  if (signalOf.aborted) return false;
  opening.value = false;
  if (opened === undefined) return false;
  const before = subject.value;
  subject.value = null;
  reading.value = null;
  maps.value = null;
  exact.value = null;
  path.value = null;
  cursor.value = null;
  forgetBench();
  wanted.value = null;
  forget();
  model.value = opened.answer;
  const { preprocessing } = opened.answer;
  if (preprocessing.from.fit !== undefined) fit.value = preprocessing.fit;
  digits.value = opened.list;
  const index = prefer.digit ?? before?.digit;
  const found = opened.list?.find((one) => one.index === index) ?? opened.list?.[0];
  if (before?.origin === 'picture' && picture.value !== null) await showPicture(picture.value);
  else if (before?.origin === 'drawing' && drawing !== null) await showDrawing(drawing.pixels, drawing.side, false);
  else if (found !== undefined) showDigit(found);
  else {
    truth.value = null;
    await updateMaps();
  }
  if (opened.list === null && source.value === 'digits') source.value = 'model';
  return true;
}

export function showDigit(digit: Digit): void {
  if (model.value === null) return;
  const shown = { width: 28, height: 28, channels: 1, data: digit.pixels } as const;
  forget();
  wanted.value = null;
  truth.value = digit.truth;
  penDown.value = false;
  subject.value = {
    image: toValues(shown, model.value.preprocessing),
    picture: shown,
    name: `digit-${digit.index}`,
    origin: 'digit',
    digit: digit.index,
  };
  problems.look.value = null;
  void updateMaps();
}

/** The newest drawing, if it is not centred yet. Drawings are centred one at a time, and only the newest one is. */
let waiting: Drawing | null = null;
const centre = createPump(async () => {
  const current = waiting;
  if (current === null) {
    subject.value = null;
    await updateMaps();
    return;
  }
  const signalOf = decodes.next();
  const decoded = await attempt(problems.look, signalOf, () => engine().drawing(current.pixels, current.side, signalOf));
  if (decoded === undefined) return;
  drawing = current;
  subject.value = { ...decoded, name: 'drawing', origin: 'drawing', digit: null };
  await updateMaps();
});

/** @param moving whether the pen is down. */
export async function showDrawing(pixels: Uint8Array | null, side: number, moving: boolean): Promise<void> {
  if (subject.value?.origin !== 'drawing') {
    truth.value = null;
    wanted.value = null;
  }
  forget();
  penDown.value = moving;
  if (pixels === null) drawing = null;
  waiting = pixels === null ? null : { pixels, side };
  await centre();
}

export async function showPicture(file: File): Promise<void> {
  const signalOf = decodes.next();
  const decoded = await attempt(problems.look, signalOf, () => engine().decode(file, fit.value, signalOf));
  if (decoded === undefined) return;
  if (picture.value !== file) {
    truth.value = null;
    wanted.value = null;
  }
  picture.value = file;
  problems.look.value = null;
  penDown.value = false;
  forget();
  subject.value = { ...decoded, name: file.name.replace(/\.[^.]+$/, ''), origin: 'picture', digit: null };
  await updateMaps();
}

export function setFit(chosen: Fit): void {
  fit.value = chosen;
  if (picture.value !== null && subject.value?.origin === 'picture') void showPicture(picture.value);
}

export function setTruth(chosen: number | null): void {
  truth.value = chosen;
  wanted.value = null;
  forget();
  void updateMaps();
}

const isModel = (file: File) => /\.onnx$/i.test(file.name);
const isSideFile = (file: File) => /\.json$/i.test(file.name);
const isPicture = (file: File) => file.type.startsWith('image/') || /\.(png|jpe?g|webp|avif|gif|bmp|npy)$/i.test(file.name);

/** Takes files that were dropped, pasted or chosen: a network with its side file, or a picture. */
export async function takeFiles(files: readonly File[]): Promise<void> {
  const [first] = files;
  if (first === undefined) return;
  const network = files.find(isModel);
  if (network !== undefined) {
    source.value = 'model';
    const side = await files.find(isSideFile)?.arrayBuffer();
    const sideFile = side && decodeText(new Uint8Array(side)).text;
    const bytes = new Uint8Array(await network.arrayBuffer());
    await openModel({ name: network.name, bytes, ...(sideFile !== undefined && { sideFile }) });
    return;
  }
  const shown = files.find(isPicture);
  if (shown === undefined) {
    problems.look.value = { page: (text) => text.notPicture(first.name) };
    return;
  }
  source.value = 'picture';
  await showPicture(shown);
  if (files.length > 1 && problems.look.value === null) {
    problems.look.value = { page: (text) => text.tooManyFiles };
  }
}
