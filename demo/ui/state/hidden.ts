import { effect, signal } from '@preact/signals';
import type { Hideable } from './hideable.js';

/** What the address hides. */
export const hidden = signal<readonly Hideable[]>([]);

/** Hides it with a style sheet of the page's own: no part of the page has to know. */
export function keepHidden(): void {
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.push(sheet);
  effect(() => {
    const parts = hidden.value.flatMap((name) => [`#${name}`, `[data-control='${name}']`]);
    sheet.replaceSync(parts.length === 0 ? '' : `${parts.join(', ')} { display: none !important; }`);
  });
}
