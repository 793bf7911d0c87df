import type { ComponentChildren } from 'preact';

interface ChapterProps {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly intro: string;
  readonly children: ComponentChildren;
}

/** One step of the story. */
export function Chapter({ id, number, title, intro, children }: ChapterProps) {
  return (
    <section class="chapter" id={id} aria-labelledby={`${id}-title`} tabIndex={-1}>
      <header class="chapter-head">
        <span class="numeral" aria-hidden="true">
          {number}
        </span>
        <h2 id={`${id}-title`}>{title}</h2>
        <p class="intro">{intro}</p>
      </header>
      {children}
    </section>
  );
}
