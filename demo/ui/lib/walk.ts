import type { TargetedKeyboardEvent } from 'preact';

/** For a strip of thumbs: the Tab key stops at it once; arrow keys move along it. */
export function walk(event: TargetedKeyboardEvent<HTMLElement>): void {
  const thumbs = [...event.currentTarget.querySelectorAll<HTMLElement>('.thumb')];
  const at = thumbs.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: thumbs.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  thumbs[Math.min(thumbs.length - 1, Math.max(0, to))]?.focus();
}
