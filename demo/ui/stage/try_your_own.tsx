import { messages } from '../i18n/index.js';
import { showSection } from '../lib/scroll.js';
import { isArrival, play, playing } from '../state/arrival.js';
import { type Source, source } from '../state/signals.js';

const WAYS: readonly Source[] = ['draw', 'digits', 'scenes', 'picture', 'model'];

/** What to press next. */
export function TryYourOwn() {
  const text = messages.value.stage;
  return (
    <div class="try" data-control="try">
      <p class="try-title">{text.tryYourOwn}</p>
      {WAYS.map((way) => (
        <button
          key={way}
          type="button"
          class={way === 'draw' && isArrival.value ? 'button primary' : 'button'}
          data-test={`try-${way}`}
          onClick={() => {
            source.value = way;
            showSection('look');
          }}
        >
          {text.ways[way]}
        </button>
      ))}
      {isArrival.value && (
        <button type="button" class="button quiet again" disabled={playing.value} onClick={play} data-test="play-story">
          {text.again}
        </button>
      )}
    </div>
  );
}
