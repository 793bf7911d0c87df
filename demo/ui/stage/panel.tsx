import type { ComponentChildren } from 'preact';

interface PanelProps {
  readonly id: 'read' | 'why' | 'fix';
  readonly question: string;
  readonly view: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A question, a picture, and the answer. */
export function Panel({ id, question, view, children }: PanelProps) {
  return (
    <figure class={`panel ${id}`} data-test={`stage-${id}`}>
      <figcaption>{question}</figcaption>
      <div class="panel-view">{view}</div>
      <div class="panel-answer">{children}</div>
    </figure>
  );
}

interface LayersProps {
  /** What lies beneath while the story is played; null else. */
  readonly beneath: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A picture that appears over another one while the story is played. */
export function Layers({ beneath, children }: LayersProps) {
  return (
    <>
      {beneath !== null && (
        <div class="beneath" aria-hidden="true">
          {beneath}
        </div>
      )}
      <div class="over">{children}</div>
    </>
  );
}
