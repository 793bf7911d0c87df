import { format, messages } from '../i18n/index.js';
import { compareArithmetics, comparing, ownReading } from '../state/quantised.js';
import { className, model, reading, subject } from '../state/signals.js';

/** What a quantised network reads with its own arithmetic, and how far that is from the float network which the page explains. */
export function QuantisedNote() {
  const text = messages.value.look.quantised;
  const { percent } = format.value;
  const quantised = model.value?.quantised;
  if (!quantised || subject.value === null || reading.value === null) return null;
  const own = ownReading.value;
  if (own === null || own.subject !== subject.value) {
    if (comparing.value) return <p class="hint">{messages.value.working}</p>;
    return quantised.quick ? null : (
      <button type="button" class="button" data-test="compare-quantised" onClick={() => void compareArithmetics()}>
        {text.compare}
      </button>
    );
  }
  const { agrees, prediction, relativeDifference } = own;
  const share = relativeDifference === null ? null : percent(relativeDifference);
  const probability = percent(prediction.probability);
  return (
    <p class="hint" data-test="quantised" data-class={prediction.class} aria-live="polite">
      {agrees ? text.same(probability, share) : text.other(className(prediction.class), probability, share)}
    </p>
  );
}
