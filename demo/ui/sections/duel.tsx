import { useCallback, useMemo } from 'preact/hooks';
import { PixelView } from '../controls/pixel_view.js';
import { format, messages } from '../i18n/index.js';
import { EMPTY, paintPicture } from '../lib/pixels.js';
import { fewest, flip, flipAll, mine, myPicture, myReading } from '../state/duel.js';
import { find, goal } from '../state/fix.js';
import { isSmall } from '../state/maps.js';
import { className, cursor, probabilityOf, reading, repairing, subject } from '../state/signals.js';

/** Pixels flipped by hand, with a live reading, beside the fewest that are enough. Only for pictures whose pixels can be pointed at. */
export function Duel() {
  const text = messages.value.duel;
  const target = goal.value;
  if (subject.value === null || !isSmall() || target === null || target === reading.value?.class) return null;
  return (
    <div class="card duel" id="duel" data-test="duel">
      <h3>{text.title}</h3>
      <p class="intro">{text.intro(className(target))}</p>
      <div class="duel-body">
        <Board />
        <div class="duel-score">
          <Score target={target} />
          <Flipped />
        </div>
      </div>
    </div>
  );
}

function Board() {
  const text = messages.value.duel;
  const picture = myPicture.value ?? EMPTY;
  const { width, height } = picture;
  const pixels = mine.value;
  const marks = useMemo(() => {
    const marked = new Uint8Array(width * height);
    for (const pixel of pixels) marked[pixel] = 1;
    return marked;
  }, [pixels, width, height]);
  const draw = useCallback((canvas: HTMLCanvasElement) => paintPicture(canvas, picture), [picture]);
  return (
    <PixelView
      width={width}
      height={height}
      draw={draw}
      marks={marks}
      label={`${text.board}. ${text.flipped(pixels.length)}`}
      cursor={cursor.value}
      onCursor={(pixel) => {
        cursor.value = pixel;
      }}
      onPick={({ x, y }) => void flip(y * width + x)}
      testId="duel-board"
    />
  );
}

function Score({ target }: { readonly target: number }) {
  const text = messages.value.duel;
  const read = mine.value.length === 0 ? reading.value : myReading.value;
  const won = read?.class === target;
  const least = fewest.value;
  const count = mine.value.length;
  return (
    <div aria-live="polite" data-test="duel-score" data-class={read?.class} data-count={count}>
      <p class={won ? 'glyph right' : 'glyph'}>{read === null ? '–' : className(read.class)}</p>
      {read !== null && (
        <p>
          {messages.value.fix.reads(className(read.class), format.value.percent(probabilityOf(read)))}.{' '}
          {!won && text.towards(className(target), format.value.percent(read.probabilities[target] ?? 0))}
        </p>
      )}
      <p class="duel-line">
        <strong>{text.you(count)}</strong>{' '}
        {least === null ? text.unknown : won || count > 0 ? text.smallest(least.pixels, least.proven) : text.canYou}
      </p>
      {least === null && (
        <button type="button" class="button" disabled={repairing.value !== null} onClick={() => void find()}>
          {messages.value.fix.find}
        </button>
      )}
      {won && <p class="explained">{text.verdict}</p>}
    </div>
  );
}

/** The flipped pixels, each with a button: a finger need not hit them in the picture. */
function Flipped() {
  const text = messages.value.duel;
  const { width } = myPicture.value ?? EMPTY;
  const pixels = mine.value;
  if (pixels.length === 0) return null;
  return (
    <div class="chips" data-test="duel-list">
      {pixels.map((pixel) => (
        <button
          key={pixel}
          type="button"
          class="button small"
          aria-label={text.flipBack(messages.value.why.at((pixel % width) + 1, Math.floor(pixel / width) + 1))}
          onClick={() => void flip(pixel)}
        >
          {(pixel % width) + 1}, {Math.floor(pixel / width) + 1} ×
        </button>
      ))}
      <button type="button" class="button small" onClick={() => void flipAll([])}>
        {text.reset}
      </button>
    </div>
  );
}
