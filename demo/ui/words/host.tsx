import { useState } from 'preact/hooks';
import { messages } from '../i18n/index.js';
import type { Part } from './en.js';

type Glossary = typeof import('./glossary.js')['Glossary'];

/** The words of a step, each in a sentence. They are loaded when they are first asked for. */
export function WordsHost({ part }: { readonly part: Part }) {
  const [loaded, setLoaded] = useState<{ readonly Glossary: Glossary } | null>(null);
  return (
    <details
      class="disclosure"
      data-control="glossary"
      data-test={`glossary-${part}`}
      onToggle={({ currentTarget }) => {
        if (currentTarget.open) void import('./glossary.js').then(({ Glossary }) => setLoaded({ Glossary }));
      }}
    >
      <summary>{messages.value.glossary}</summary>
      {loaded !== null && <loaded.Glossary part={part} />}
    </details>
  );
}
