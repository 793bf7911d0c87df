import { setTimeout } from 'node:timers';

/**
 * A workaround for the npm package `webgpu` (seen in 0.6.2). While anything of Dawn is awaited, its binding asks Dawn again from one
 * `setImmediate` to the next, so that the main thread spins on a core for as long as a pipeline compiles or a dispatch runs. Of a software
 * adapter that is one of the cores that do the work: a pipeline that compiled in 22.9 s of processor time took 45.9 s with 2.4 million polls.
 * Here the polls of a wait that has lasted for a while come a millisecond apart. The binding looks `setImmediate` up in the global object
 * each time, which is the only place to meet it. This can go when the package waits for Dawn in another way.
 */

/** So long, in milliseconds, polls follow each other at once, lest short requests wait for a timer. */
const EAGER = 2;
/** Between polls after that, in milliseconds: the least that a timer of Node can do. */
const PAUSE = 1;

/** How many have asked for it and not ended it. */
let users = 0;
let restore = () => {};

/** From now on Dawn's polls leave a core to others; all other uses of `setImmediate` are as they were. Returns what ends it. */
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
    // One that is asked for by the poll before it belongs to the same wait.
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

/** The binding's callback is a native function without a name and without parameters; a promise's `resolve`, native too, has one. */
function isPoll(callback: unknown): boolean {
  return (
    typeof callback === 'function' &&
    callback.length === 0 &&
    callback.name === '' &&
    Function.prototype.toString.call(callback).endsWith('{ [native code] }')
  );
}
