import { PathlightError } from '../../../src/index.js';
import type { ShippedModel } from '../../lib/shipped.js';
import { DIGITS, MODELS } from './assets.js';
import { type DigitStrip, readStrip } from './digit_strip.js';

/** Reads the files that are shipped with the page. */
export interface Shipped {
  readShipped(name: ShippedModel, signal: AbortSignal): Promise<{ bytes: Uint8Array; sideFile: string }>;
  readDigits(): Promise<DigitStrip>;
}

/** Loads a shipped model, and the text of its side file. */
export async function readShipped(name: ShippedModel, signal: AbortSignal): Promise<{ bytes: Uint8Array; sideFile: string }> {
  const { url, sideFile } = MODELS[name];
  return { bytes: await load(url, name, signal), sideFile };
}

let strip: Promise<DigitStrip> | undefined;

/** The test digits. They are loaded once, at the first call. */
export function readDigits(): Promise<DigitStrip> {
  strip ??= load(DIGITS, null).then(readStrip);
  // After a failure the next call tries again.
  strip.catch(() => {
    strip = undefined;
  });
  return strip;
}

/** `model` is null for the test digits. */
async function load(url: string, model: string | null, signal?: AbortSignal): Promise<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(url, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    throw new PathlightError('page.not-loaded', { model, detail: (error as Error).message });
  }
  if (!response.ok) throw new PathlightError('page.not-loaded', { model, detail: `${response.status} ${response.statusText}` });
  return new Uint8Array(await response.arrayBuffer());
}
