import { LABEL_LISTS, type LabelList, PRESETS } from '../../../src/index.js';
import type { Choices } from '../../engine/contract/models.js';
import { parseInputSize } from './input_size.js';
import { type PixelTexts, readTexts } from './pixel_settings.js';

/** The parts of an address that keep choices; '' where nothing was chosen. */
export interface ChoiceTexts {
  readonly pixels: string;
  readonly names: string;
  readonly scores: string;
  readonly size: string;
}

export function writeChoices({ preset, pixels, labelList, outputName, size }: Choices): ChoiceTexts {
  const list = Object.entries(pixels ?? {}).map(([name, value]) => `${name}:${String(value)}`);
  return { pixels: preset ?? list.join(';'), names: labelList ?? '', scores: outputName ?? '', size: size?.join('x') ?? '' };
}

const LISTS = [...(Object.keys(LABEL_LISTS) as LabelList[]), 'numbers'] as const;

/** Reads one part each; undefined where it is not valid. */
export const READ_CHOICE: { readonly [K in keyof ChoiceTexts]: (text: string) => Choices | undefined } = {
  pixels(text) {
    const preset = PRESETS.find((one) => one === text);
    if (preset !== undefined) return { preset };
    const given = Object.fromEntries(text.split(';').map((part) => part.split(':', 2)));
    const plain: PixelTexts = { range: '0,1', mean: '0', std: '1', order: 'rgb', resize: '', interpolation: 'bilinear', layout: 'nchw' };
    const known = Object.entries(given).every(([name, value]) => name in plain && typeof value === 'string');
    const pixels = readTexts({ ...plain, ...given });
    return known && !('wrong' in pixels) ? { pixels } : undefined;
  },
  names(text) {
    const labelList = LISTS.find((one) => one === text);
    return labelList && { labelList };
  },
  scores: (text) => (text === '' ? undefined : { outputName: text }),
  size(text) {
    const size = parseInputSize(text);
    return size === null ? undefined : { size };
  },
};
