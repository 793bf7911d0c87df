import { setTimeout } from 'node:timers';

/**
 * A workaround for the npm package `webgpu` (seen in 0.6.2). While any Dawn operation is awaited, the package's binding polls Dawn from one
 * `setImmediate` to the next. The main thread so spins on a core for as long as a pipeline compiles or a dispatch runs. With a software
 * adapter, this core is one of those that do the work: a pipeline that compiled in 22.9 s of processor time took 45.9 s with 2.4 million
 * polls. Here the thread sleeps before each poll of a short wait, and the polls of a longer one come a millisecond apart. The binding looks
 * `setImmediate` up in the global object each time, so the global object is the only place to intercept it. This file can go when the package
 * waits for Dawn in another way.
 */

/**
 * `milliseconds` of a short wait, in which the thread sleeps for a `nap` before each poll. Windows sleeps for a millisecond at least, so there polls follow one another at once.
 *
 * A timer waits for 1 to 2 ms, which is long beside a short request. M2 with 1,024 steps on lavapipe, least / median in milliseconds, three interleaved runs each
 * beside other work: 3.2 / 5.7, 3.5 / 8.7 and 4.0 / 6.8 with polls at once for 2 ms and timers then; 3.1 / 3.5, 3.1 / 4.0 and 3.4 / 4.2 with naps of 0.05; 3.0 / 3.6,
 * 3.2 / 3.7 and 3.2 / 3.9 with naps of 0.1. With 64 steps the times are the same, and processor time falls from 2.0 to 1.5 ms.
 */
const SHORT = process.platform === 'win32' ? { milliseconds: 2, nap: 0 } : { milliseconds: 10, nap: 0.05 };
/** After a short wait, the milliseconds between polls: the least that a timer of Node can do. */
const PAUSE = 1;

/** Never changes, so that who waits for a change sleeps. */
const still = new Int32Array(new SharedArrayBuffer(4));

/** How many callers of `spacePolls` have not ended it yet. */
let users = 0;
let restore = () => {};

/** From now on, Dawn's polls leave a core to others. All other uses of `setImmediate` stay as they were. Returns a function that ends this. */
export function spacePolls(): () => void {
  if (users++ === 0) restore = replaceSetImmediate();
  let ended = false;
  return () => {
    if (ended) return;
    ended = true;
    if (--users === 0) restore();
  };
}

function replaceSetImmediate(): () => void {
  const original = globalThis.setImmediate;
  let since = 0;
  let polling = false;
  const replacement = (callback: (...args: unknown[]) => void, ...args: unknown[]) => {
    if (args.length > 0 || !isPoll(callback)) return original(callback, ...args);
    // A poll that is scheduled by another poll belongs to the same wait.
    if (!polling) since = performance.now();
    const poll = () => {
      polling = true;
      try {
        callback();
      } finally {
        polling = false;
      }
    };
    if (performance.now() - since >= SHORT.milliseconds) return setTimeout(poll, PAUSE);
    if (SHORT.nap === 0) return original(poll);
    return original(() => {
      Atomics.wait(still, 0, 0, SHORT.nap);
      poll();
    });
  };
  // util.promisify finds its own version of setImmediate by a property.
  globalThis.setImmediate = Object.defineProperties(replacement, Object.getOwnPropertyDescriptors(original)) as typeof setImmediate;
  return () => {
    globalThis.setImmediate = original;
  };
}

/**
 * Recognises the binding's callback: a native function without a name and without parameters. A promise's `resolve` is native too, but has
 * a parameter.
 */
function isPoll(callback: unknown): boolean {
  return (
    typeof callback === 'function' &&
    callback.length === 0 &&
    callback.name === '' &&
    Function.prototype.toString.call(callback).endsWith('{ [native code] }')
  );
}
