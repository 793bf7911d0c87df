import { computed, effect, signal } from '@preact/signals';
import { LANGUAGE_OF_BROWSER, language } from '../i18n/index.js';
import { showSection } from '../lib/scroll.js';
import { BOARD, type Stroke } from '../lib/strokes.js';
import { type Address, decodeAddress, encodeAddress } from './address.js';
import { inkOfStrokes, strokes } from './board.js';
import { flipAll, mine } from './duel.js';
import { find, setUndone, undone } from './fix.js';
import { hidden } from './hidden.js';
import { askedFit, followFit, linkChoices, openModel, openScene, picture, showDigit, showDrawing, showPicture } from './input.js';
import { lecture } from './lecture.js';
import { penDown, updateMaps } from './maps.js';
import {
  DEFAULTS,
  digits,
  drawing,
  model,
  opacity,
  optionFiles,
  percentile,
  problems,
  reading,
  repaired,
  type Section,
  settings,
  source,
  strategy,
  subject,
  truth,
  wanted,
} from './signals.js';

const PLAIN: Address = {
  model: 'digits-naive',
  digit: null,
  scene: null,
  drawing: [],
  truth: null,
  source: 'digits',
  fit: null,
  settings: DEFAULTS,
  drawn: null,
  opacity: opacity.peek(),
  percentile: null,
  wanted: null,
  strategy: 'auto',
  edit: false,
  undone: [],
  mine: [],
  at: null,
  language: LANGUAGE_OF_BROWSER,
  lecture: null,
  choices: {},
  hide: [],
};

/** The section that the link leads to: the one whose own link was chosen last. */
export const section = signal<Section | null>(null);

const state = computed<Address>(() => {
  const shown = subject.value;
  return {
    model: model.value?.shipped ?? PLAIN.model,
    digit: shown?.digit ?? null,
    scene: shown?.origin === 'scene' ? shown.name : null,
    drawing: shown?.origin === 'drawing' ? strokes.value : [],
    truth: shown?.origin === 'drawing' ? truth.value : null,
    source: source.value,
    fit: askedFit.value,
    settings: settings.value,
    drawn: drawing.value,
    opacity: opacity.value,
    percentile: percentile.value,
    wanted: wanted.value,
    strategy: strategy.value,
    edit: repaired.value?.repair.repaired ?? false,
    undone: [...undone.value],
    mine: [...mine.value],
    at: section.value,
    language: language.value,
    lecture: lecture.value,
    choices: model.value?.shipped === null ? model.value.choices : linkChoices.value,
    hide: hidden.value,
  };
});

const hash = computed(() => encodeAddress(state.value, PLAIN));

/** The link to what the page shows. It says the language even where that is the browser's: whoever opens it may have another. */
export const addressOfPage = computed(() => linkTo(section.value));

/** The link to one section of what the page shows. */
export function linkTo(at: Section | null): string {
  const { origin, pathname, search } = location;
  const parts = encodeAddress({ ...state.value, at }, { ...PLAIN, language: language.value === 'en' ? 'es' : 'en' });
  return `${origin === 'null' ? '' : origin}${pathname}${search}#${parts}`;
}

/** Whether an address is being followed. Until then the page shows a part of the one, and a part of the other. */
const following = signal(true);

/** What a step back leads back to: another network or picture. Settings change the address of where one is. */
const place = computed(() => {
  const shown = subject.value;
  return shown === null
    ? null
    : `${model.value?.name} ${shown.origin} ${shown.digit ?? (shown.origin === 'picture' || shown.origin === 'scene' ? shown.name : '')}`;
});

/** Pictures that were shown: addresses cannot hold them, but the history of this visit can lead back to them. */
const pictures: File[] = [];

/** Opens what the address asks for, then keeps the address up to date. */
export async function startFromAddress(): Promise<void> {
  let before: string | null = null;
  const keep = () => {
    const next = hash.value;
    const here = place.value;
    // A line that is being drawn is no place yet.
    if (following.value || penDown.value) return;
    const moved = before !== null && here !== null && here !== before;
    before = here ?? before;
    const entry = { picture: subject.peek()?.origin === 'picture' ? rememberPicture() : null };
    const url = `${location.pathname}${location.search}${next && `#${next}`}`;
    if (moved) history.pushState(entry, '', url);
    else if (location.hash !== (next && `#${next}`)) history.replaceState(entry, '', url);
  };
  addEventListener('popstate', ({ state: entry }) => {
    if (location.hash.slice(1) === hash.peek() && !isPicture(entry)) return;
    before = null;
    void follow(location.hash, isPicture(entry) ? pictures[entry.picture] : undefined);
  });
  await follow(location.hash);
  effect(keep);
}

function isPicture(entry: unknown): entry is { picture: number } {
  return typeof entry === 'object' && entry !== null && 'picture' in entry && typeof entry.picture === 'number';
}

function rememberPicture(): number {
  const shown = picture.peek();
  if (shown !== null && !pictures.includes(shown)) pictures.push(shown);
  return shown === null ? -1 : pictures.indexOf(shown);
}

let follows = 0;

async function follow(asked: string, shown?: File): Promise<void> {
  const turn = ++follows;
  following.value = true;
  const { address, refused } = decodeAddress(asked, PLAIN);
  if (new URLSearchParams(asked.slice(1)).has('lang')) language.value = address.language;
  lecture.value = address.lecture;
  hidden.value = address.hide;
  section.value = address.at;
  drawing.value = address.drawn;
  opacity.value = address.opacity;
  percentile.value = address.percentile;
  source.value = address.source;
  settings.value = address.settings;
  optionFiles.value = {};
  strategy.value = address.strategy;
  linkChoices.value = address.choices;
  followFit(address.fit);
  await showAsked(address, shown);
  if (turn !== follows) return;
  if (address.scene !== null && subject.value?.name !== address.scene) refused.unshift(`scene=${address.scene}`);
  if (address.digit !== null && subject.value?.digit !== address.digit) refused.unshift(`digit=${address.digit}`);
  if (refused.length > 0) problems.look.value = { page: (text) => text.badLink(refused.join(', ')) };
  else if (Object.keys(address.choices).length > 0) problems.look.value = { page: (text) => text.forOwn };
  const classes = model.value?.classes ?? 0;
  if (address.wanted !== null && address.wanted >= classes) {
    problems.fix.value = { page: (text) => text.noClass(String(address.wanted)) };
  } else wanted.value = address.wanted;
  if (address.mine.length > 0) void flipAll(address.mine);
  if (address.at !== null) showSection(address.at);
  following.value = false;
  if (address.edit) await findAgain(address.undone);
}

async function showAsked({ model: name, digit, scene, drawing: drawn, truth: said }: Address, shown: File | undefined): Promise<void> {
  // The network that is open stays so: going back from picture to picture opens nothing.
  const open = model.value?.shipped === name;
  if (!open)
    await openModel(
      { shipped: name },
      { ...(digit !== null && { digit }), ...(scene !== null && { scene }), ...(shown && { picture: shown }) },
    );
  else if (shown !== undefined) await showPicture(shown);
  else if (scene !== null) await openScene(scene);
  else if (drawn.length === 0) {
    const found = digits.value?.find(({ index }) => index === digit) ?? digits.value?.[0];
    if (found !== undefined) showDigit(found);
  }
  if (drawn.length > 0) await showDrawn(drawn);
  if (said !== null && said < (model.value?.classes ?? 0)) {
    truth.value = said;
    await updateMaps();
  }
}

async function showDrawn(drawn: readonly Stroke[]): Promise<void> {
  strokes.value = drawn;
  await showDrawing(inkOfStrokes(drawn), BOARD, false);
}

/** The link says that the edit was found. It is found again: what a link says is not proven. */
async function findAgain(undoneThen: readonly number[]): Promise<void> {
  const image = subject.value?.image;
  await new Promise<void>((resolve) => {
    const stop = effect(() => {
      if (reading.value !== null || subject.value?.image !== image) queueMicrotask(() => resolve(stop()));
    });
  });
  if (subject.value?.image !== image) return;
  await find();
  const mask = repaired.value?.repair.mask;
  const pixels = undoneThen.filter((pixel) => mask?.[pixel] === 1);
  if (subject.value?.image === image && pixels.length > 0) await setUndone(new Set(pixels));
}
