import type { ComponentChildren } from 'preact';
import { messages } from '../i18n/index.js';
import { linkTo, section } from '../state/history.js';
import type { Section } from '../state/signals.js';

interface ChapterProps {
  readonly id: Section;
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
        <SectionLink id={id} />
        <p class="intro">{intro}</p>
      </header>
      {children}
    </section>
  );
}

/** The link to a section of what the page shows, to copy or to keep. */
function SectionLink({ id }: { readonly id: Section }) {
  return (
    <a
      class="section-link"
      href={linkTo(id)}
      aria-label={messages.value.linkToSection}
      title={messages.value.linkToSection}
      onClick={(event) => {
        event.preventDefault();
        section.value = id;
      }}
    >
      #
    </a>
  );
}
