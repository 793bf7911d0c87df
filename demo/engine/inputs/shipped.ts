import type { ShippedModel } from '../contract.js';
import { DIGITS, MODELS } from './assets.js';
import { type DigitStrip, readStrip } from './digit_strip.js';

/** Where the files that come with the page are read from. */
export interface Shipped {
  readShipped(name: ShippedModel, signal: AbortSignal): Promise<{ bytes: Uint8Array; sideFile: string }>;
  readDigits(): Promise<DigitStrip>;
}

/** A model that is shipped with the page, and what stands in the .json file beside it. */
export async function readShipped(name: ShippedModel, signal: AbortSignal): Promise<{ bytes: Uint8Array; sideFile: string }> {
  const { url, sideFile } = MODELS[name];
  return { bytes: await load(url, `the shipped model ${name}`, signal), sideFile };
}

let strip: Promise<DigitStrip> | undefined;

/** The test digits, loaded when they are first asked for. */
export function readDigits(): Promise<DigitStrip> {
  strip ??= load(DIGITS, 'the test digits').then(readStrip);
  // What failed to load may load the next time.
  strip.catch(() => {
    strip = undefined;
  });
  return strip;
}

async function load(url: string, what: string, signal?: AbortSignal): Promise<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(url, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    throw new Error(`${what} could not be loaded: ${(error as Error).message}`);
  }
  if (!response.ok) throw new Error(`${what} could not be loaded: ${response.status} ${response.statusText}`);
  return new Uint8Array(await response.arrayBuffer());
}
