/**
 * Steps from `first` to `last` at an even pace. `show` gets each step, `last` at the end. Returns what stops it.
 *
 * Time is that of the frames, from the first one on. A frame's time is when it began, which may be before the call of this function.
 * @param duration milliseconds that the way from 0 to `last` takes
 */
export function playSteps(first: number, last: number, duration: number, show: (step: number) => void): () => void {
  let began: number | undefined;
  let frame = requestAnimationFrame(onFrame);
  function onFrame(now: number) {
    began ??= now;
    const step = Math.min(last, first + Math.floor(((now - began) / duration) * last));
    show(step);
    if (step < last) frame = requestAnimationFrame(onFrame);
  }
  return () => cancelAnimationFrame(frame);
}
