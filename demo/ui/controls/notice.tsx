import type { Signal } from '@preact/signals';
import type { Said } from '../../../src/app.js';
import { type Messages, messages } from '../i18n/index.js';
import { Sentence } from './sentence.js';

/** What went wrong: a sentence of the engine, or a text of the page. Both are shown in the language that the page has at that moment. */
export type Problem = { readonly engine: Said } | { readonly page: (text: Messages['errors']) => string };

export function Notice({ problem }: { readonly problem: Signal<Problem | null> }) {
  const current = problem.value;
  return (
    <div role="alert" class="notices">
      {current !== null && (
        <p class="notice" data-problem>
          <span>{'engine' in current ? <Sentence said={current.engine} /> : current.page(messages.value.errors)}</span>
          <button
            type="button"
            class="icon-button"
            aria-label={messages.value.dismiss}
            onClick={() => {
              problem.value = null;
            }}
          >
            ×
          </button>
        </p>
      )}
    </div>
  );
}
