import { messages } from '../i18n/index.js';
import { showSection } from '../lib/scroll.js';

/** Stands where a map will be, while the visitor must choose how pixels become numbers, and leads to that choice. */
export function UndecidedNote() {
  const text = messages.value.undecided;
  return (
    <p class="hint" data-test="undecided">
      {text.maps}{' '}
      <button type="button" class="button small primary" onClick={() => showSection('look')}>
        {text.choose}
      </button>
    </p>
  );
}
