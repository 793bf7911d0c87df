import { signal } from '@preact/signals';
import { decodeText } from '../../../src/app.js';
import { toValues } from '../../../src/index.js';
import type { Digit, Fit, ModelSource, OwnModel } from '../../engine/contract.js';
import { sortFiles } from '../lib/given_files.js';
import { forgetBench } from './bench.js';
import { forgetEdits } from './fix.js';
import { penDown, updateMaps } from './maps.js';
import { cursor, digits, exact, maps, model, opening, path, problems, reading, source, subject, truth, wanted } from './signals.js';
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

/**
 * Opens a network and shows a picture with it: the same picture as before if the network takes it, or else the first digit. If the network cannot be
 * opened, the one before stays open.
 * @param prefer the index of the digit to show, or a picture.
 */
export async function openModel(from: ModelSource, prefer: { readonly digit?: number; readonly picture?: File } = {}): Promise<boolean> {
  const signalOf = opens.next();
  opening.value = 'shipped' in from ? from.shipped : from.name;
  const opened = await attempt(problems.look, signalOf, async () => {
    const answer = await engine().open(from, signalOf);
    return { answer, list: await engine().digits(signalOf) };
  });
  if (signalOf.aborted) return false;
  opening.value = null;
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
  forgetEdits();
  model.value = opened.answer;
  own = 'shipped' in from ? null : from;
  const { preprocessing } = opened.answer;
  if (preprocessing.from.fit !== undefined) fit.value = preprocessing.fit;
  digits.value = opened.list;
  const index = prefer.digit ?? before?.digit;
  const found = opened.list?.find((one) => one.index === index) ?? opened.list?.[0];
  if (prefer.picture !== undefined) await showPicture(prefer.picture);
  else if (before?.origin === 'picture' && picture.value !== null) await showPicture(picture.value);
  else if (before?.origin === 'drawing' && drawing !== null) await showDrawing(drawing.pixels, drawing.side, false);
  else if (found !== undefined) showDigit(found);
  else {
    truth.value = null;
    await updateMaps();
  }
  if (opened.list === null && source.value === 'digits') source.value = 'model';
  return true;
}

/** Opens the same network again, with the class scores read from another of its outputs. */
export async function chooseOutput(outputName: string): Promise<void> {
  if (own !== null) await openModel({ ...own, outputName });
}

export function showDigit(digit: Digit): void {
  if (model.value === null) return;
  const shown = { width: 28, height: 28, channels: 1, data: digit.pixels } as const;
  forgetEdits();
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
  forgetEdits();
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
  forgetEdits();
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
  forgetEdits();
  void updateMaps();
}

/** What describes a network: it may come with the network, before it or after it. */
type Described = Pick<OwnModel, 'sideFile' | 'labels'>;

/** The visitor's own network, if the one that is open is one. What describes a network is for it if it comes alone. */
let own: OwnModel | null = null;
/** What came before its network. */
let early: Described = {};

/** Takes files that were dropped, pasted or chosen, in any order: a network, what describes it, a picture. Those that are not used are named. */
export async function takeFiles(files: readonly File[]): Promise<void> {
  const { network, sideFile, labels, picture: shown, unused } = sortFiles(files);
  if (files.length === unused.length) {
    if (files.length > 0) problems.look.value = { page: (text) => text.notPicture(unused.map(({ name }) => name)) };
    return;
  }
  const bytesOf = async (file: File) => new Uint8Array(await file.arrayBuffer());
  const described: Described = {
    ...(sideFile && { sideFile: decodeText(await bytesOf(sideFile)).text }),
    ...(labels && { labels: { name: labels.name, bytes: await bytesOf(labels) } }),
  };
  const describing = [sideFile, labels].flatMap((file) => (file === undefined ? [] : [file.name]));
  const target = network === undefined ? own : { name: network.name, bytes: await bytesOf(network), ...early };
  const about = network !== undefined || describing.length > 0;
  const waits = about && target === null;
  if (about) source.value = 'model';
  if (about && target !== null) {
    if (!(await openModel({ ...target, ...described }, shown === undefined ? {} : { picture: shown }))) return;
    early = {};
  } else {
    if (waits) early = { ...early, ...described };
    if (shown !== undefined) await showPicture(shown);
  }
  if (shown !== undefined) source.value = 'picture';
  // A problem with one of the files comes first.
  if (problems.look.value !== null) return;
  if (unused.length > 0) problems.look.value = { page: (text) => text.unused(unused.map(({ name }) => name)) };
  else if (waits) problems.look.value = { page: (text) => text.early(describing) };
}
