import type { Signal } from '@preact/signals';
import { type Messages, messages } from '../i18n/index.js';
import { Sentence } from './sentence.js';

/** One clear sentence where something went wrong: what the engine said, or a text of the page; in its language, whichever that is meanwhile. */
export type Problem = { readonly engine: string } | { readonly page: (text: Messages['errors']) => string };

export function Notice({ problem }: { readonly problem: Signal<Problem | null> }) {
  const current = problem.value;
  return (
    <div role="alert" class="notices">
      {current !== null && (
        <p class="notice" data-problem>
          <span>{'engine' in current ? <Sentence text={current.engine} /> : current.page(messages.value.errors)}</span>
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
