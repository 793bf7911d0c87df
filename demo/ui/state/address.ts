import { methods } from '../../../src/app.js';
import { BASELINES, OUTPUTS, RULES, STRATEGIES, type Strategy } from '../../../src/index.js';
import type { Choices } from '../../engine/contract/models.js';
import { FITS, type Fit } from '../../lib/fits.js';
import { isOptionText, OFFERED } from '../../lib/methods.js';
import { FROM_FILES, type OptionTexts, optionNames } from '../../lib/options.js';
import { SHIPPED, type ShippedModel } from '../../lib/shipped.js';
import { type Language, TAGS } from '../i18n/language.js';
import { READ_CHOICE, writeChoices } from '../lib/choices.js';
import { readStrokes, type Stroke, writeStrokes } from '../lib/strokes.js';
import { HIDEABLE, type Hideable } from './hideable.js';
import { type Place, readPlace, writePlace } from './lecture.js';
import { DRAWINGS, type Drawing, SECTIONS, type Section, type Settings, SOURCES, type Source } from './signals.js';

/** The part of the page's state that the address keeps. Another visitor who opens the address gets the same state. */
export interface Address {
  readonly model: ShippedModel;
  readonly digit: number | null;
  /** The name of a rendered picture. */
  readonly scene: string | null;
  /** What is drawn, where a drawing is shown. */
  readonly drawing: readonly Stroke[];
  /** The class that a drawing is; digits know theirs. */
  readonly truth: number | null;
  readonly source: Source;
  /** How the visitor's own picture is fitted; null: as the network says, or as pictures usually are for it. */
  readonly fit: Fit | null;
  readonly settings: Settings;
  /** How maps are drawn, and how opaque they are over the picture, in percent. */
  readonly drawn: Drawing | null;
  readonly opacity: number;
  /** The percentile of maps that has the strongest colour; null: the library's. */
  readonly percentile: number | null;
  readonly wanted: number | null;
  readonly strategy: Strategy | 'auto';
  /** Whether the smallest edit was found, and which of its pixels were undone. */
  readonly edit: boolean;
  readonly undone: readonly number[];
  /** The pixels that the visitor has flipped by hand. */
  readonly mine: readonly number[];
  /** The section to begin at. */
  readonly at: Section | null;
  readonly language: Language;
  readonly lecture: Place | null;
  /** What is chosen for a network of the visitor's own. */
  readonly choices: Choices;
  /** What the page does not show. */
  readonly hide: readonly Hideable[];
}

const MODES = ['number', 'auto', 'exact'] as const;
/** The least percentile that can be chosen to have the strongest colour. */
export const LEAST_PERCENTILE = 80;
/** Begins the names of the options of methods. */
const OPTION = 'option.';
const MOST_STEPS = 4096;
const MOST_CLASSES = 999_999;

/** Writes the part of the address after `#`. It has only what differs from the defaults. */
export function encodeAddress(address: Address, defaults: Address): string {
  const flat = flatten(address);
  const usual = flatten(defaults);
  const entries = Object.entries(flat).filter(([name, value]) => value !== usual[name] && value !== '');
  return new URLSearchParams(entries).toString();
}

/** Reads the part of an address after `#`. A part that is missing or not valid becomes the default; `refused` lists those that are not valid. */
export function decodeAddress(hash: string, defaults: Address): { address: Address; refused: string[] } {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const refused: string[] = [];
  const read = <T>(name: string, otherwise: T, parse: (text: string) => T | undefined): T => {
    const text = given.get(name);
    if (text === null) return otherwise;
    const value = parse(text);
    if (value === undefined) refused.push(`${name}=${text}`);
    return value ?? otherwise;
  };
  const oneOf =
    <T extends string>(choices: readonly T[]) =>
    (text: string): T | undefined =>
      choices.find((choice) => choice === text);
  const whole =
    (least: number, most: number) =>
    (text: string): number | undefined =>
      /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : undefined;
  /** Several, with commas between them; refused where one of them is. */
  const several =
    <T>(parse: (text: string) => T | undefined) =>
    (text: string): readonly T[] | undefined => {
      const found = text.split(',').map(parse);
      const known = found.filter((value) => value !== undefined);
      return known.length === found.length ? known : undefined;
    };
  const { settings } = defaults;
  const address: Address = {
    model: read('model', defaults.model, oneOf(SHIPPED)),
    digit: read('digit', defaults.digit, whole(0, 9999)),
    scene: read('scene', defaults.scene, (text) => (/^[a-z]+-[a-z]+$/.test(text) ? text : undefined)),
    drawing: read('drawing', defaults.drawing, readStrokes),
    truth: read('truth', defaults.truth, whole(0, MOST_CLASSES)),
    source: read('source', defaults.source, oneOf(SOURCES)),
    fit: read('fit', defaults.fit, oneOf(FITS)),
    settings: {
      method: read('method', settings.method, oneOf(OFFERED.map(({ name }) => name))),
      steps: read('steps', settings.steps, whole(2, MOST_STEPS)),
      mode: read('mode', settings.mode, oneOf(MODES)),
      rule: read('rule', settings.rule, oneOf(RULES)),
      baseline: read('baseline', settings.baseline, oneOf(BASELINES)),
      output: read('output', settings.output, oneOf(OUTPUTS)),
      options: readOptions(given, refused) ?? settings.options,
    },
    drawn: read('drawn', defaults.drawn, oneOf(DRAWINGS)),
    opacity: read('opacity', defaults.opacity, whole(0, 100)),
    percentile: read('percentile', defaults.percentile, whole(LEAST_PERCENTILE, 100)),
    wanted: read('wanted', defaults.wanted, whole(0, MOST_CLASSES)),
    strategy: read('strategy', defaults.strategy, oneOf<Strategy | 'auto'>([...STRATEGIES, 'auto'])),
    edit: read('edit', defaults.edit, (text) => (text === 'found' ? true : undefined)),
    undone: read('undone', defaults.undone, several(whole(0, MOST_CLASSES))),
    mine: read('mine', defaults.mine, several(whole(0, MOST_CLASSES))),
    at: read('at', defaults.at, oneOf(SECTIONS)),
    language: read('lang', defaults.language, oneOf(TAGS)),
    lecture: read('lecture', defaults.lecture, readPlace),
    choices: {
      ...read('pixels', {}, READ_CHOICE.pixels),
      ...read('names', {}, READ_CHOICE.names),
      ...read('scores', {}, READ_CHOICE.scores),
      ...read('size', {}, READ_CHOICE.size),
    },
    hide: read('hide', defaults.hide, several(oneOf(HIDEABLE))),
  };
  return { address, refused };
}

/** The options of methods, each by its own name; undefined where there are none. */
function readOptions(given: URLSearchParams, refused: string[]): OptionTexts | undefined {
  const found = optionNames(methods).flatMap((name): [string, string][] => {
    const text = given.get(OPTION + name);
    if (text === null) return [];
    if (isOptionText(name, text)) return [[name, text]];
    refused.push(`${OPTION}${name}=${text}`);
    return [];
  });
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}

function writeOptions(options: OptionTexts): Record<string, string> {
  const kept = Object.entries(options).filter(([, text]) => text !== FROM_FILES);
  return Object.fromEntries(kept.map(([name, text]) => [OPTION + name, text]));
}

function flatten({ settings, ...address }: Address): Record<string, string> {
  const text = (value: string | number | null) => (value === null ? '' : String(value));
  const { method, steps, mode, rule, baseline, output, options } = settings;
  return {
    model: address.model,
    digit: text(address.digit),
    scene: text(address.scene),
    drawing: writeStrokes(address.drawing),
    truth: text(address.truth),
    source: address.source,
    fit: text(address.fit),
    method,
    steps: String(steps),
    mode,
    rule,
    baseline,
    output,
    ...writeOptions(options),
    drawn: text(address.drawn),
    opacity: String(address.opacity),
    percentile: text(address.percentile),
    wanted: text(address.wanted),
    strategy: address.strategy,
    edit: address.edit ? 'found' : '',
    undone: address.undone.join(','),
    mine: address.mine.join(','),
    at: text(address.at),
    lang: address.language,
    lecture: address.lecture === null ? '' : writePlace(address.lecture),
    ...writeChoices(address.choices),
    hide: address.hide.join(','),
  };
}
