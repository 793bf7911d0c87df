import type { AttributeRequest } from '../../demo/engine/contract/maps.js';
import type { Engine } from '../../demo/engine/contract.js';
import * as offline from '../../demo/engine/platform/offline.js';
import { createEngine } from '../../demo/engine/rpc/client.js';

// The page that test/browser/demo_engine.test.ts drives: only the engine.

declare global {
  var engine: Engine;
  /** How many times a lost device was rebuilt. */
  var rebuilt: number;
  var keepOffline: () => Promise<void>;
  /** A signal that is never raised. */
  var never: AbortSignal;
  /** Repeats a request until the adapter answers, which means that its kernels are compiled. */
  var compiled: (request: AttributeRequest) => Promise<void>;
  /** The model's input of a test digit, by its index in MNIST. */
  var digit: (index: number) => Promise<Float32Array>;
}

globalThis.engine = createEngine();
globalThis.rebuilt = 0;
engine.onRebuilt(() => {
  globalThis.rebuilt++;
});
globalThis.keepOffline = () => offline.keepOffline(() => {});
globalThis.never = new AbortController().signal;
globalThis.compiled = async (request) => {
  while ((await engine.attribute(request, never)).cost.plan === 'cpu') await new Promise((resolve) => setTimeout(resolve, 100));
};
globalThis.digit = async (index) => {
  const { pixels } = (await engine.digits(never))!.find((one) => one.index === index)!;
  return Float32Array.from(pixels, (pixel) => pixel / 255);
};
