import { useCallback, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { Picture } from '../../../src/index.js';
import type { Outcomes } from '../../engine/contract/edits.js';
import { present } from '../../lib/present.js';
import { PixelView } from '../controls/pixel_view.js';
import { Slider } from '../controls/slider.js';
import { format, messages } from '../i18n/index.js';
import { blendPictures, contextOf, paintPicture } from '../lib/pixels.js';
import { windows } from '../lib/summary.js';
import { goal, length, sliding } from '../state/fix.js';
import { isSmall } from '../state/maps.js';
import { className, cursor, outcomes, subject } from '../state/signals.js';
import { isDark } from '../state/theme.js';

/** The slider for the percentage of changed pixels. Its track shows the outcome of every percentage. */
export function Percentage() {
  const text = messages.value.fix;
  const answer = outcomes.value;
  const before = subject.value?.picture;
  if (sliding.value === null) return <p class="hint">{text.percentOnly}</p>;
  return (
    <div class="percentage" data-control="percentages" data-test="percentage">
      {answer === null || goal.value === null || before === undefined ? (
        // For large pictures percentages are only tried when the visitor searches for an edit, so no place is kept for them.
        isSmall() && <div class="percentage-waiting" />
      ) : (
        <Painted answer={answer} before={before} target={goal.value} strategy={text.strategies[sliding.value]} />
      )}
    </div>
  );
}

interface PaintedProps {
  readonly answer: Outcomes;
  /** The picture before any pixel is changed. */
  readonly before: Picture;
  readonly target: number;
  readonly strategy: string;
}

function Painted({ answer, before, target, strategy }: PaintedProps) {
  const text = messages.value.fix;
  const { percent, count, list } = format.value;
  const { classes, probabilities, order, painted } = answer;
  const pixels = before.width * before.height;
  const most = classes.length - 1;
  const at = Math.min(length.value, most);
  const track = useRef<HTMLCanvasElement>(null);
  const dark = isDark();
  useLayoutEffect(() => {
    if (track.current !== null) paintTrack(track.current, answer, target, dark);
  }, [answer, target, dark]);
  const reached = useMemo(
    () => windows(Array.from(classes, (read) => read === target)).map(([first, last]) => [first / pixels, last / pixels] as const),
    [answer, target],
  );
  const marks = useMemo(() => {
    const marked = new Uint8Array(pixels);
    for (const pixel of order.subarray(0, at)) marked[pixel] = 1;
    return marked;
  }, [answer, at]);
  const draw = useCallback(
    (canvas: HTMLCanvasElement) => paintPicture(canvas, blendPictures(before, painted, marks)),
    [answer, marks, before],
  );
  const spans = reached.map(([first, last]) => (first === last ? percent(first) : `${percent(first)} – ${percent(last)}`));
  const told = spans.length > 6 ? [...spans.slice(0, 5), '…'] : spans;
  const read = present(classes[at], `the class at length ${at}`);
  const here = text.percentAt(
    percent(at / pixels),
    count(at),
    className(read),
    percent(present(probabilities[at], `the probability at length ${at}`)),
  );
  return (
    <div class="percentage-body">
      <figure class="edited">
        <PixelView
          width={before.width}
          height={before.height}
          draw={draw}
          marks={at > pixels / 3 ? undefined : marks}
          label={here}
          cursor={cursor.value}
          testId="edited"
        />
      </figure>
      <div class="percentage-slider">
        <Slider
          control="percentages"
          label={text.percentBy(text.percent, strategy)}
          value={at}
          min={0}
          max={most}
          text={percent(at / pixels)}
          onInput={(value) => {
            length.value = value;
          }}
        >
          <canvas ref={track} class="track" />
        </Slider>
        <p class="hint slider-ends" aria-hidden="true">
          <span>{percent(0)}</span>
          <span>{percent(most / pixels)}</span>
        </p>
        <p class="percent-now" data-test="percent-now" data-class={read}>
          {here}
        </p>
        <p class="status" data-test="windows">
          {told.length === 0 ? text.noWindow : text.windows(list(told))}
        </p>
        <p class="hint">{text.percentIntro}</p>
      </div>
    </div>
  );
}

/** The most columns of the track. No screen is wider, and browsers limit the width of a canvas. */
const MOST_COLUMNS = 4096;

/**
 * Draws one column for each number of changed pixels. Its height is the probability of the wanted class, its colour says whether the network reads that
 * class. If several numbers share a column, the column shows the highest probability, and whether the class is read at any of them.
 */
function paintTrack(canvas: HTMLCanvasElement, { classes, probabilities }: Outcomes, target: number, dark: boolean): void {
  const columns = Math.min(MOST_COLUMNS, classes.length);
  const height = 48;
  canvas.width = columns;
  canvas.height = height;
  const context = contextOf(canvas);
  for (let x = 0; x < columns; x++) {
    const first = Math.floor((x * classes.length) / columns);
    const end = Math.floor(((x + 1) * classes.length) / columns);
    const reached = classes.subarray(first, end).includes(target);
    if (reached) {
      context.fillStyle = dark ? '#4a3316' : '#fbe3c8';
      context.fillRect(x, 0, 1, height);
    }
    context.fillStyle = reached ? (dark ? '#f5a04c' : '#d8720f') : dark ? '#6b7078' : '#a9aeb6';
    const probability = probabilities.subarray(first, end).reduce((most, one) => Math.max(most, one), 0);
    const tall = Math.max(2, Math.round(probability * height));
    context.fillRect(x, height - tall, 1, tall);
  }
}
