import { CHANNEL_ORDERS, INTERPOLATIONS } from '../../../src/app.js';
import type { Preprocessing } from '../../../src/index.js';
import type { PixelSettings } from '../../engine/contract/models.js';

/** The settings as a visitor types and chooses them. */
export type PixelTexts = { readonly [K in keyof Required<PixelSettings>]: string };
export type PixelSetting = keyof PixelTexts;

const LAYOUTS = ['nchw', 'nhwc'] as const;
const MOST_PIXELS = 9999;

/** What is wrong with a setting: no numbers, another count of them than of channels, a deviation not above 0, a side below the input's. */
export interface WrongSetting {
  readonly setting: PixelSetting;
  readonly value: string;
  readonly why: 'pair' | 'channels' | 'positive' | 'choice' | 'resize';
}

/** What the settings of a model are as texts. */
export function textsOf({ range, mean, std, order, interpolation, layout, resize }: Preprocessing): PixelTexts {
  return {
    range: range.join(', '),
    mean: shortened(mean),
    std: shortened(std),
    order,
    resize: resize === undefined ? '' : String(resize),
    interpolation,
    layout,
  };
}

/**
 * Reads what a visitor typed. The first setting that is wrong is returned instead.
 *
 * @param model the channels of the model's input, and its sides in pixels; without it only the form is checked, as in a link.
 */
export function readTexts(
  texts: PixelTexts,
  model?: Pick<Preprocessing, 'channels' | 'width' | 'height'>,
): PixelSettings | { readonly wrong: WrongSetting } {
  const [range, mean, std] = [texts.range, texts.mean, texts.std].map(numbersOf);
  const order = CHANNEL_ORDERS.find((one) => one === texts.order);
  const interpolation = INTERPOLATIONS.find((one) => one === texts.interpolation);
  const layout = LAYOUTS.find((one) => one === texts.layout);
  const resize = /^\s*\d{1,4}\s*$/.test(texts.resize) ? Number(texts.resize) : undefined;
  const wrong = (setting: PixelSetting, why: WrongSetting['why']) => ({ wrong: { setting, value: texts[setting], why } });
  const fits = (list: readonly number[] | undefined): list is readonly number[] =>
    list !== undefined && (model === undefined || list.length === 1 || list.length === model.channels);
  const [low, high, ...more] = range ?? [];
  if (low === undefined || high === undefined || more.length > 0 || low === high) return wrong('range', 'pair');
  if (!fits(mean)) return wrong('mean', 'channels');
  if (!fits(std)) return wrong('std', 'channels');
  if (std.some((one) => one <= 0)) return wrong('std', 'positive');
  if (order === undefined) return wrong('order', 'choice');
  const least = model === undefined ? 1 : Math.max(model.width, model.height);
  if (texts.resize.trim() !== '' && (resize === undefined || resize < least || resize > MOST_PIXELS)) return wrong('resize', 'resize');
  if (interpolation === undefined) return wrong('interpolation', 'choice');
  if (layout === undefined) return wrong('layout', 'choice');
  return { range: [low, high], mean, std, order, ...(resize !== undefined && { resize }), interpolation, layout };
}

/** Numbers with commas or spaces between them. */
function numbersOf(text: string): number[] | undefined {
  const parts = text.trim().split(/\s*[,;]\s*|\s+/);
  const numbers = parts.map((part) => (part === '' ? Number.NaN : Number(part.replace('−', '-'))));
  return numbers.every(Number.isFinite) ? numbers : undefined;
}

/** One number stands for all channels that have the same. */
function shortened(numbers: readonly number[]): string {
  return (new Set(numbers).size === 1 ? numbers.slice(0, 1) : numbers).join(', ');
}
