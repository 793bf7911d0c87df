import { setTimeout } from 'node:timers';

/**
 * A workaround for the npm package `webgpu` (seen in 0.6.2). While any Dawn operation is awaited, the package's binding polls Dawn from one
 * `setImmediate` to the next. The main thread so spins on a core for as long as a pipeline compiles or a dispatch runs. With a software
 * adapter, this core is one of those that do the work: a pipeline that compiled in 22.9 s of processor time took 45.9 s with 2.4 million
 * polls. Here the polls of a longer wait come a millisecond apart. The binding looks `setImmediate` up in the global object each time, so
 * the global object is the only place to intercept it. This file can go when the package waits for Dawn in another way.
 */

/** For this many milliseconds polls follow one another at once, so that short requests do not wait for a timer. */
const EAGER = 2;
/** After that, the milliseconds between polls: the least that a timer of Node can do. */
const PAUSE = 1;

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
    return performance.now() - since < EAGER ? original(poll) : setTimeout(poll, PAUSE);
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
