import { BASELINES, OUTPUTS, RULES, STRATEGIES, type Strategy } from '../../../src/index.js';
import type { ShippedModel } from '../../engine/contract.js';
import type { Settings } from './signals.js';

/** What the address keeps: the part of the page's state that another visitor can have too. */
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

/** The part of the address after `#`: only what differs from the defaults, so that the plain address stays plain. */
export function encodeAddress(address: Address, defaults: Address): string {
  const flat = flatten(address);
  const usual = flatten(defaults);
  const entries = Object.entries(flat).filter(([name, value]) => value !== usual[name] && value !== '');
  return new URLSearchParams(entries).toString();
}

/** The state of an address, the default where a part is missing or nonsense; `refused` lists the latter as they stand there. */
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
  const { steps, mode, rule, baseline, output } = settings;
  return { model, digit: text(digit), steps: String(steps), mode, rule, baseline, output, wanted: text(wanted), strategy };
}
