import type { ComponentChildren } from 'preact';

interface ScrollerProps {
  readonly label: string;
  /** Limits the height, so that the table also scrolls vertically. */
  readonly tall?: boolean;
  readonly children: ComponentChildren;
}

/** Holds a table that may be wider than the page, and scrolls it. */
export function Scroller({ label, tall = false, children }: ScrollerProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the focus, else a keyboard cannot scroll it (WCAG 2.1.1).
    <section class={tall ? 'table-place tall' : 'table-place'} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
