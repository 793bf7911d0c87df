import type { Signal } from '@preact/signals';
import { messages } from '../i18n/index.js';

/** One clear sentence where something went wrong. Sentences of the engine are English in every language of the page. */
export interface Problem {
  readonly text: string;
  readonly english: boolean;
}

export function Notice({ problem }: { readonly problem: Signal<Problem | null> }) {
  const current = problem.value;
  return (
    <div role="alert" class="notices">
      {current !== null && (
        <p class="notice" data-problem>
          <span {...(current.english && { lang: 'en' })}>{current.text}</span>
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
