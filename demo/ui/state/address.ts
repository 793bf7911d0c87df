import { BASELINES, OUTPUTS, RULES, STRATEGIES, type Strategy } from '../../../src/index.js';
import type { ShippedModel } from '../../engine/contract.js';
import { OFFERED } from '../../lib/methods.js';
import type { Settings } from './signals.js';

/** The part of the page's state that the address keeps. Another visitor who opens the address gets the same state. */
export interface Address {
  readonly model: ShippedModel;
  readonly digit: number | null;
  readonly settings: Settings;
  readonly wanted: number | null;
  readonly strategy: Strategy | 'auto';
}

const MODELS: readonly ShippedModel[] = ['digits-naive', 'digits'];
const MODES = ['number', 'auto', 'exact'] as const;
const MOST_STEPS = 4096;

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
  const { settings } = defaults;
  const address: Address = {
    model: read('model', defaults.model, oneOf(MODELS)),
    digit: read('digit', defaults.digit, whole(0, 9999)),
    settings: {
      method: read('method', settings.method, oneOf(OFFERED.map(({ name }) => name))),
      steps: read('steps', settings.steps, whole(2, MOST_STEPS)),
      mode: read('mode', settings.mode, oneOf(MODES)),
      rule: read('rule', settings.rule, oneOf(RULES)),
      baseline: read('baseline', settings.baseline, oneOf(BASELINES)),
      output: read('output', settings.output, oneOf(OUTPUTS)),
    },
    wanted: read('wanted', defaults.wanted, whole(0, 999_999)),
    strategy: read('strategy', defaults.strategy, oneOf<Strategy | 'auto'>([...STRATEGIES, 'auto'])),
  };
  return { address, refused };
}

function flatten({ model, digit, settings, wanted, strategy }: Address): Record<string, string> {
  const text = (value: number | null) => (value === null ? '' : String(value));
  const { method, steps, mode, rule, baseline, output } = settings;
  return { model, digit: text(digit), method, steps: String(steps), mode, rule, baseline, output, wanted: text(wanted), strategy };
}
