import { signal } from '@preact/signals';

/** Where a lecture is: the slide, and how much of it is shown. Both count from 0. */
export interface Place {
  readonly slide: number;
  readonly part: number;
}

/** The parts of each slide: the title, five digits with question, answer and lesson, and the end. */
export const PARTS: readonly number[] = [1, 3, 3, 3, 3, 3, 1];

/** null while no lecture is held. */
export const lecture = signal<Place | null>(null);

export const START: Place = { slide: 0, part: 0 };
const END: Place = { slide: PARTS.length - 1, part: 0 };

export function nextPlace({ slide, part }: Place): Place {
  if (part + 1 < (PARTS[slide] ?? 0)) return { slide, part: part + 1 };
  return slide + 1 < PARTS.length ? { slide: slide + 1, part: 0 } : { slide, part };
}

export function placeBefore({ slide, part }: Place): Place {
  if (part > 0) return { slide, part: part - 1 };
  return slide > 0 ? { slide: slide - 1, part: (PARTS[slide - 1] ?? 1) - 1 } : { slide, part };
}

/** What keys do: those of keyboards, and those that presenters send. */
const MOVES: Readonly<Record<string, (place: Place) => Place | null>> = {
  ArrowRight: nextPlace,
  ArrowDown: nextPlace,
  PageDown: nextPlace,
  ' ': nextPlace,
  Enter: nextPlace,
  ArrowLeft: placeBefore,
  ArrowUp: placeBefore,
  PageUp: placeBefore,
  Backspace: placeBefore,
  Home: () => START,
  End: () => END,
  Escape: () => null,
};

/** The place to which a key moves, null where it ends the lecture; undefined for keys that do nothing. */
export function placeAfterKey(place: Place, key: string): Place | null | undefined {
  return Object.hasOwn(MOVES, key) ? MOVES[key]?.(place) : undefined;
}

/** A place as the address has it: `3` or `3.2`, counted from 1. */
export function writePlace({ slide, part }: Place): string {
  return part === 0 ? String(slide + 1) : `${slide + 1}.${part + 1}`;
}

/** undefined where there is no such place. Without a number it is the start. */
export function readPlace(text: string): Place | undefined {
  if (text === '') return START;
  const [, slide = '', part = '1'] = /^(\d)(?:\.(\d))?$/.exec(text) ?? [];
  const place = { slide: Number(slide) - 1, part: Number(part) - 1 };
  return place.part >= 0 && place.part < (PARTS[place.slide] ?? 0) ? place : undefined;
}

export function openLecture(): void {
  lecture.value = START;
}

export function closeLecture(): void {
  lecture.value = null;
  if (document.fullscreenElement !== null) void document.exitFullscreen();
}

/** Shows the page on the whole screen, or ends that. A browser that refuses stays as it is. */
export async function toggleFullScreen(): Promise<void> {
  try {
    await (document.fullscreenElement === null ? document.documentElement.requestFullscreen() : document.exitFullscreen());
  } catch {
    // The lecture fills the window then.
  }
}

/** F begins a lecture from anywhere on the page, but not where something is typed. */
export function listenForLecture(): void {
  addEventListener('keydown', (event) => {
    if (event.key.toLowerCase() !== 'f' || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const at = event.target;
    if (at instanceof HTMLElement && (at.isContentEditable || at.matches('input:not([type=radio], [type=range]), select, textarea')))
      return;
    event.preventDefault();
    if (lecture.value === null) openLecture();
    void toggleFullScreen();
  });
}
