import { computed, signal } from '@preact/signals';
import { decodeText } from '../../../src/app.js';
import { type LabelList, type Picture, type Preset, toValues } from '../../../src/index.js';
import type { Digit } from '../../engine/contract/inputs.js';
import type { Choices, ModelSource, OpenModel, OwnModel, PixelSettings } from '../../engine/contract/models.js';
import type { Fit } from '../../lib/fits.js';
import { takesCentred } from '../../lib/handwriting.js';
import { FROM_FILES } from '../../lib/options.js';
import { present } from '../../lib/present.js';
import { readsScenes } from '../../lib/shipped.js';
import { type GivenFiles, sortFiles } from '../lib/given_files.js';
import { type Described, OwnNetwork } from '../lib/own_network.js';
import { forgetAll } from './all_maps.js';
import { forgetBench } from './bench.js';
import { forgetEdits } from './fix.js';
import { penDown, updateMaps } from './maps.js';
import {
  cursor,
  digits,
  exact,
  maps,
  model,
  opening,
  optionFiles,
  path,
  problems,
  reading,
  settings,
  source,
  subject,
  truth,
  wanted,
} from './signals.js';
import { attempt, createLatest, createPump, engine } from './tasks.js';

/** How a picture is fitted into the model's input. */
export const fit = signal<Fit>('cover');
/** What the visitor chose of it, and what a link asks for until then. */
const chosenFit = signal<Fit | null>(null);
const linkFit = signal<Fit | null>(null);
/** What is asked of it; null: as the network says, or as pictures usually are for such a network. */
export const askedFit = computed(() => chosenFit.value ?? linkFit.value);

/** Takes what a link says of how a picture is fitted, for whoever has the picture, too. */
export function followFit(asked: Fit | null): void {
  chosenFit.value = null;
  linkFit.value = asked;
}
/** The file that was chosen last. It is fitted again when the fit or the model changes. */
export const picture = signal<File | null>(null);

interface Drawing {
  /** [side][side], 0 to 255, white on black. */
  readonly pixels: Uint8Array;
  readonly side: number;
}

/** The drawing that was shown last. */
let drawing: Drawing | null = null;

/** The visitor's own network. */
const own = new OwnNetwork();

/** What a link has chosen for a network of the visitor's own that is to come. */
export const linkChoices = signal<Choices>({});

/** The visitor's own network that is open, with what was chosen for it. */
export function ownNetwork(): OwnModel | null {
  return own.open;
}

/** The visitor's own network that is open: its bytes tell it from another. */
export function bytesOfNetwork(): Uint8Array | null {
  return own.open?.bytes ?? null;
}

const opens = createLatest();
const decodes = createLatest();

/**
 * Opens a network and shows a picture with it: the same picture as before if the network takes it, or else the first digit or rendered picture. If the
 * network cannot be opened, the one before stays open.
 * @param prefer the index of the digit to show, the name of a rendered picture, or a picture.
 */
export async function openModel(from: ModelSource, prefer: Preferred = {}): Promise<boolean> {
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
  forgetAll();
  wanted.value = null;
  forgetEdits();
  model.value = opened.answer;
  forgetForeignOptions(opened.answer);
  own.opened('shipped' in from ? null : from);
  const { preprocessing } = opened.answer;
  // What was chosen with the network before gives way to what this one says; what a link asks is meant for the network that the link is about.
  if (preprocessing.from.fit !== undefined) chosenFit.value = null;
  if (!('shipped' in from) && linkFit.value !== null) [chosenFit.value, linkFit.value] = [askedFit.value, null];
  if (askedFit.value === 'centre' && !takesCentred(preprocessing)) followFit(null);
  fit.value = askedFit.value ?? preprocessing.fit;
  digits.value = opened.list;
  const index = prefer.digit ?? before?.digit;
  const found = opened.list?.find((one) => one.index === index) ?? opened.list?.[0];
  if (prefer.picture !== undefined) await showPicture(prefer.picture);
  else if (prefer.scene !== undefined && readsScenes(opened.answer.shipped)) await showScene(prefer.scene);
  else if (prefer.digits && found !== undefined) showDigit(found);
  else if (before?.origin === 'picture' && picture.value !== null) await showPicture(picture.value);
  else if (before?.origin === 'camera') truth.value = null;
  else if (before?.origin === 'drawing' && drawing !== null) await showDrawing(drawing.pixels, drawing.side, false);
  else if (found !== undefined) showDigit(found);
  else if (readsScenes(opened.answer.shipped)) await showScene(prefer.scene ?? (before?.origin === 'scene' ? before.name : null));
  else {
    truth.value = null;
    await updateMaps();
  }
  if (readsScenes(opened.answer.shipped)) {
    if (source.value === 'digits') source.value = 'scenes';
  } else if (opened.list === null && source.value === 'digits') source.value = 'model';
  else if (opened.list !== null && source.value === 'scenes') source.value = 'digits';
  return true;
}

/** What to show with a network that is opened. */
interface Preferred {
  readonly digit?: number;
  /** Whether to show a digit whatever was shown before. */
  readonly digits?: boolean;
  readonly scene?: string;
  readonly picture?: File;
}

/** Ends the opening of a network. The one before stays open. */
export function stopOpening(): void {
  opens.stop();
  opening.value = null;
}

/** Opens the same network again, with an input of another size, where its file leaves it open. */
export async function chooseSize(size: NonNullable<OwnModel['size']>): Promise<void> {
  if (own.open !== null) await openModel({ ...own.open, size });
}

/** Opens the same network again, with another way to turn pixels into numbers. */
export async function choosePreset(preset: Preset): Promise<void> {
  if (own.open === null) return;
  const { pixels, ...rest } = own.open;
  await openModel({ ...rest, preset });
}

/** Opens the same network again, with the visitor's own settings of how pixels become numbers. */
export async function choosePixels(pixels: PixelSettings): Promise<void> {
  if (own.open === null) return;
  const { preset, ...rest } = own.open;
  await openModel({ ...rest, pixels });
}

/** Opens the same network again, with the names of a list for its classes, or their numbers. */
export async function chooseLabels(labelList: LabelList | 'numbers'): Promise<void> {
  if (own.open === null) return;
  const { labels, ...rest } = own.open;
  await openModel({ ...rest, labelList });
}

/** Opens the same network again, with the class scores read from another of its outputs. */
export async function chooseOutput(outputName: string): Promise<void> {
  if (own.open !== null) await openModel({ ...own.open, outputName });
}

export function showDigit(digit: Digit): void {
  if (model.value === null) return;
  const shown = { width: 28, height: 28, channels: 1, data: digit.pixels } as const;
  // A drawing that is still being centred comes too late.
  decodes.stop();
  waiting = undefined;
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

/**
 * The newest drawing, null where the board is empty, and undefined where something else is shown. Drawings are centred one at a time, and only the
 * newest one is.
 */
let waiting: Drawing | null | undefined;
const centre = createPump(async () => {
  const current = waiting;
  if (current === undefined) return;
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

/** Shows a rendered picture. Where the open network does not read them, the one that misreads them is opened. */
export async function openScene(name: string): Promise<void> {
  if (readsScenes(model.value?.shipped)) await showScene(name);
  else await openModel({ shipped: 'scenes-naive' }, { scene: name });
}

/** Opens the network that misreads digits, and shows one. */
export async function openDigits(): Promise<void> {
  await openModel({ shipped: 'digits-naive' }, { digits: true });
}

/** Shows a rendered picture; the first one where `name` is none of theirs. */
async function showScene(name: string | null): Promise<void> {
  const signalOf = decodes.next();
  waiting = undefined;
  const found = await attempt(problems.look, signalOf, async () => {
    const { SCENES, loadScene } = await import('../scenes/scene_pictures.js');
    const scene = SCENES.find((one) => one.name === name) ?? present(SCENES[0], 'the first rendered picture');
    return { scene, decoded: await engine().decode(await loadScene(scene, signalOf), 'cover', signalOf) };
  });
  if (found === undefined) return;
  problems.look.value = null;
  penDown.value = false;
  wanted.value = null;
  forgetEdits();
  truth.value = present(model.value?.preprocessing.labels, 'the labels').indexOf(found.scene.thing);
  subject.value = { ...found.decoded, name: found.scene.name, origin: 'scene', digit: null };
  await updateMaps();
}

export async function showPicture(file: File): Promise<void> {
  const signalOf = decodes.next();
  waiting = undefined;
  const [chosen, open] = [askedFit.value, model.value];
  const decoded = await attempt(problems.look, signalOf, () => engine().decode(file, chosen, signalOf));
  if (decoded === undefined) return;
  // A network that was opened meanwhile may have an input of another size, and its own fit.
  if (askedFit.value !== chosen || model.value !== open) return showPicture(file);
  if (picture.value !== file) {
    truth.value = null;
    wanted.value = null;
  }
  picture.value = file;
  fit.value = decoded.fit;
  problems.look.value = null;
  penDown.value = false;
  forgetEdits();
  const name = file.name.replace(/\.[^.]+$/, '');
  const { fit: used, ...input } = decoded;
  subject.value = { ...input, name, origin: 'picture', digit: null, given: { file, fit: used }, array: /\.npy$/i.test(file.name) };
  await updateMaps();
}

/**
 * Shows a frame of the camera: its reading and its maps, and nothing that takes longer, since the next frame replaces it.
 * @returns whether the camera may go on: false once the visitor has chosen another picture, or where the model takes none.
 */
export async function showFrame(frame: Picture): Promise<boolean> {
  const signalOf = decodes.next();
  waiting = undefined;
  const decoded = await attempt(problems.look, signalOf, () => engine().frame(frame, fit.value, signalOf));
  if (decoded === undefined) return false;
  if (subject.value?.origin !== 'camera') {
    truth.value = null;
    wanted.value = null;
  }
  penDown.value = true;
  forgetEdits();
  subject.value = { ...decoded, name: 'camera', origin: 'camera', digit: null };
  await updateMaps();
  // null: another network has been opened meanwhile, which reads the next frame.
  return subject.value === null || subject.value.origin === 'camera';
}

export function setFit(chosen: Fit): void {
  chosenFit.value = chosen;
  fit.value = chosen;
  if (picture.value !== null && subject.value?.origin === 'picture') void showPicture(picture.value);
}

export function setTruth(chosen: number | null): void {
  truth.value = chosen;
  wanted.value = null;
  forgetEdits();
  void updateMaps();
}

/** Takes files that were dropped, pasted or chosen, in any order: a network, what belongs to it, a picture. Those that are not used are named. */
export async function takeFiles(files: readonly File[]): Promise<void> {
  const given = sortFiles(files, own.wanted);
  const { picture: shown, data, unused } = given;
  if (files.length === unused.length) {
    if (files.length > 0) problems.look.value = { page: (text) => text.notPicture(unused.map(({ name }) => name)) };
    return;
  }
  const described = await describedBy(given);
  const network = given.network ?? (described.sideFile?.includes('"modelTopology"') ? given.sideFile : undefined);
  const about = [network, given.sideFile, given.config, given.preprocessorConfig, given.labels, ...data].filter(
    (file) => file !== undefined,
  );
  let kept = false;
  if (about.length > 0) {
    source.value = 'model';
    // What a link has chosen for one network may not fit another: the next one takes it, and no other.
    const target = own.take(network && { name: network.name, bytes: await bytesOf(network), ...linkChoices.value }, described);
    if (network !== undefined) {
      linkChoices.value = {};
      problems.look.value = null;
    }
    if (target !== null) {
      if (!(await openModel(target, shown === undefined ? {} : { picture: shown }))) return tellMissing(target);
    } else kept = true;
  }
  if (shown !== undefined) {
    if (about.length === 0 || kept) await showPicture(shown);
    source.value = 'picture';
  }
  // A problem with one of the files comes first.
  if (problems.look.value !== null) return;
  if (kept) problems.look.value = { page: (text) => text.early(about.map(({ name }) => name)) };
  const idle = kept ? unused : [...unused, ...data.filter(({ name }) => !readNames().includes(name))];
  if (idle.length > 0) problems.look.value = { page: (text) => text.unused(idle.map(({ name }) => name)) };
}

/** The names of the files that hold weights of the network that is open. */
function readNames(): readonly (string | undefined)[] {
  return (model.value?.dataFiles ?? []).map((name) => name.split('/').at(-1));
}

/** What the files beside a network say of it. */
export async function describedBy({ sideFile, config, preprocessorConfig, labels, data }: GivenFiles<File>): Promise<Described> {
  const textOf = async (file: File) => decodeText(await bytesOf(file)).text;
  return {
    ...(sideFile && { sideFile: await textOf(sideFile) }),
    ...(config && { config: await textOf(config) }),
    ...(preprocessorConfig && { preprocessorConfig: await textOf(preprocessorConfig) }),
    ...(labels && { labels: { name: labels.name, bytes: await bytesOf(labels) } }),
    ...(data.length > 0 && { data: data.map((file) => ({ name: file.name, file })) }),
  };
}

/** No browser reads 2 GiB at once, and no .onnx file has as much. The beginning tells what such a file is. */
const MOST = 2 ** 31;
const BEGINNING = 65_536;

export async function bytesOf(file: File): Promise<Uint8Array> {
  return new Uint8Array(await (file.size < MOST ? file : file.slice(0, BEGINNING)).arrayBuffer());
}

/** Where a network could not be opened because its weights are in another file, says which, and waits for that file. */
function tellMissing(target: OwnModel): void {
  const problem = problems.look.value;
  const values: unknown =
    problem !== null && 'engine' in problem && problem.engine.code === 'external.missing' ? problem.engine.values : null;
  if (typeof values !== 'object' || values === null || !('file' in values) || typeof values.file !== 'string') return;
  const { file } = values;
  own.lacks(target, file);
  problems.look.value = { page: (text) => text.needsData(target.name, file) };
}

/** Files are made for the input of one network, and layers have the names of one. */
function forgetForeignOptions({ layers }: OpenModel): void {
  optionFiles.value = {};
  const known = new Set(layers.map(({ name }) => name));
  const { options } = settings.value;
  const kept = Object.entries(options).filter(
    ([name, text]) => text !== FROM_FILES && ((name !== 'layer' && name !== 'layers') || text.split(',').every((each) => known.has(each))),
  );
  if (kept.length < Object.keys(options).length) settings.value = { ...settings.value, options: Object.fromEntries(kept) };
}
