import type { Diagnosis, Said } from '../../../src/app.js';
import type { OpenModel } from '../../engine/contract/models.js';
import type { Settings } from '../state/signals.js';

/** What a report of a problem is made of. */
export interface Circumstances {
  readonly version: string;
  readonly browser: string;
  readonly page: {
    readonly language: string;
    readonly width: number;
    readonly height: number;
    readonly pixelRatio: number;
    readonly secure: boolean;
    readonly webgpu: boolean;
  };
  readonly model: OpenModel | null;
  readonly settings: Settings;
  /** The error that was met last, also where the visitor has dismissed it; null if there was none. */
  readonly error: Said | null;
  /** What the doctor found; null if nobody asked it. */
  readonly diagnosis: (Diagnosis & { readonly quick: boolean }) | null;
}

/**
 * What a developer needs to know of a problem, and nothing of the visitor: no names of files, classes, inputs, outputs or layers, no weights, no pixels.
 * Of an error it holds the code and the numbers. Its texts may name files: they are left out, but for a defect's, which are the program's own words.
 */
export function composeReport({ version, browser, page, model, settings, error, diagnosis }: Circumstances) {
  return {
    pathlight: version,
    browser,
    page,
    device: model && { ...model.device, reason: model.device.reason?.code ?? null },
    model: model && {
      shipped: model.shipped,
      input: model.preprocessing.shape,
      classes: model.classes,
      multiLabel: model.multiLabel,
      binary: model.binary,
      quantised: model.quantised !== null,
      outputs: model.outputs.length,
      weightFiles: model.dataFiles.length,
      notes: model.notes.map(({ code }) => code),
      layers: model.layers.map(({ op, shape }) => `${op} ${shape.join('x')}`),
    },
    settings,
    error: error && {
      code: error.code,
      ...(error.code === 'defect' ? { text: withoutPlaces(error.message) } : { values: numbersOf(error.values) }),
    },
    doctor: diagnosis && {
      quick: diagnosis.quick,
      adapter: diagnosis.adapter,
      verdict: diagnosis.verdict.map(({ message }) => message),
      wrong: diagnosis.examination.wrong,
    },
  };
}

/** Names of values that say what kind of thing went wrong, and never what a visitor's thing is called. */
const KINDS: readonly string[] = ['operator', 'format', 'asked', 'limit'];

/** The numbers among the values of an error, and lists of them. */
function numbersOf(values: unknown): Record<string, unknown> {
  if (typeof values !== 'object' || values === null) return {};
  const plain = (value: unknown) => typeof value === 'number' || typeof value === 'boolean';
  return Object.fromEntries(
    Object.entries(values).filter(
      ([name, value]) =>
        plain(value) || (Array.isArray(value) && value.every(plain)) || (KINDS.includes(name) && typeof value === 'string'),
    ),
  );
}

/** A text without addresses, paths and quoted names. */
function withoutPlaces(text: string): string {
  return text.replace(/"[^"]*"|'[^']*'/g, '"…"').replace(/(?:[a-z][a-z+.-]*:|\.{0,2}|[A-Z]:)[/\\]\S+/gi, '…');
}
