import { useCallback } from 'preact/hooks';
import { PixelView } from '../controls/pixel_view.js';
import { Waiting } from '../controls/waiting.js';
import { format, messages } from '../i18n/index.js';
import { EMPTY, paintPicture } from '../lib/pixels.js';
import { arrival, isArrival } from '../state/arrival.js';
import { stopOpening } from '../state/input.js';
import { className, model, opening, probabilityOf, reading, subject, truth, undecided } from '../state/signals.js';
import { Panel } from './panel.js';

/** What the network reads. */
export function ReadPanel() {
  const text = messages.value.stage;
  const read = reading.value;
  const example = isArrival.value;
  const shown = example ? arrival.before : (subject.value?.picture ?? EMPTY);
  const draw = useCallback((canvas: HTMLCanvasElement) => paintPicture(canvas, shown), [shown]);
  const answer = example
    ? { class: arrival.read, truth: arrival.truth, probability: arrival.probability }
    : read !== null && subject.value !== null && model.value !== null
      ? { class: read.class, truth: truth.value, probability: probabilityOf(read) }
      : null;
  const wrong = answer !== null && answer.truth !== null && answer.class !== answer.truth;
  return (
    <Panel
      id="read"
      question={text.reads}
      view={<PixelView width={shown.width} height={shown.height} draw={draw} label={text.picture} testId="stage-input" />}
    >
      <p class={wrong ? 'glyph wrong' : 'glyph'} data-test="stage-reading" data-class={answer?.class}>
        {answer === null ? '–' : className(answer.class)}
      </p>
      <p class="panel-words">
        {answer === null
          ? undecided.value
            ? messages.value.undecided.reading
            : text.nothing
          : text.sure(format.value.percent(answer.probability))}{' '}
        {answer !== null && answer.truth !== null && <strong>{wrong ? text.butIs(className(answer.truth)) : text.isRight}</strong>}
      </p>
      {opening.value !== null && model.value !== null && (
        <Waiting what={messages.value.waiting.opening(opening.value)} progress={null} onCancel={stopOpening} />
      )}
    </Panel>
  );
}
