import { useCallback, useMemo } from 'preact/hooks';
import type { Picture } from '../../../src/index.js';
import { PixelView } from '../controls/pixel_view.js';
import { Waiting } from '../controls/waiting.js';
import { format, messages, strategyName } from '../i18n/index.js';
import { TruthSelect } from '../input/truth_select.js';
import { blendPictures, EMPTY, paintPicture } from '../lib/pixels.js';
import { arrival, isArrival, playing } from '../state/arrival.js';
import { find, goal, replayed, stop } from '../state/fix.js';
import { className, reading, repaired, repairing, subject } from '../state/signals.js';
import { Layers, Panel } from './panel.js';

/** So many changed pixels get a ring each; more are seen without. */
const FEW = 4;

/** An edit that turns the reading. */
interface Turn {
  readonly before: Picture;
  readonly after: Picture;
  /** [pixels] 1 where the edit has changed a pixel by now. */
  readonly marks: Uint8Array;
  readonly from: number;
  readonly to: number;
  readonly probability: number;
  readonly changed: number;
  readonly proven: boolean;
  /** Whether no map led to it. */
  readonly byTrying: boolean;
}

function shownTurn(): Turn | null {
  const found = repaired.value;
  if (found?.repair.repaired) {
    const { repair, before, after } = found;
    const marks = new Uint8Array(before.width * before.height);
    for (const pixel of repair.order.subarray(0, replayed.value ?? repair.order.length)) marks[pixel] = 1;
    return {
      before,
      after,
      marks,
      from: repair.before.class,
      to: repair.after.class,
      probability: repair.after.probability,
      changed: repair.changedPixels,
      proven: repair.provenMinimum !== null,
      byTrying: repair.map === null,
    };
  }
  if (!isArrival.value || repairing.value !== null) return null;
  const { before, after, marks, read, edit } = arrival;
  const { reads, probability, flips, proven, strategy } = edit;
  const byTrying = strategy === 'greedy' || strategy === 'random';
  return { before, after, marks, from: read, to: reads, probability, changed: flips.length, proven: proven !== null, byTrying };
}

/** How little turns the reading. */
export function FixPanel() {
  const turn = shownTurn();
  return turn === null ? <NotYet /> : <Turned turn={turn} />;
}

function Turned({ turn }: { readonly turn: Turn }) {
  const text = messages.value.stage;
  const { before, after, from, to, changed, proven, probability, byTrying } = turn;
  const count = turn.marks.reduce((sum, mark) => sum + mark, 0);
  // The marks are made anew at every rendering; they differ where their number does.
  const marks = useMemo(() => turn.marks, [before, after, count]);
  const bare = useCallback((canvas: HTMLCanvasElement) => paintPicture(canvas, before), [before]);
  const draw = useCallback(
    (canvas: HTMLCanvasElement) => paintPicture(canvas, blendPictures(before, after, marks)),
    [before, after, marks],
  );
  const { width, height } = before;
  const placeOf = (pixel: number) => ({ left: ((pixel % width) + 0.5) / width, top: (Math.floor(pixel / width) + 0.5) / height });
  const words = text.turned(changed, format.value.count(width * height));
  return (
    <Panel
      id="fix"
      question={text.fix}
      view={
        <Layers beneath={playing.value ? <PixelView width={width} height={height} draw={bare} label={text.picture} /> : null}>
          <PixelView
            width={width}
            height={height}
            draw={draw}
            marks={marks}
            label={`${words} ${text.nowReads(className(to))}`}
            testId="stage-after"
          />
          {count <= FEW && [...marks.keys()].filter((pixel) => marks[pixel] === 1).map((pixel) => <Ring key={pixel} {...placeOf(pixel)} />)}
        </Layers>
      }
    >
      <p class="glyph right" data-test="stage-turned" data-class={to}>
        {playing.value && (
          <span class="glyph-old" aria-hidden="true">
            {className(from)}
          </span>
        )}
        <span class="glyph-new">{className(to)}</span>
      </p>
      <p class="panel-words" data-changed={changed}>
        {text.sure(format.value.percent(probability))} <strong>{words}</strong> {proven && text.proven(changed)} {byTrying && text.byTrying}
      </p>
    </Panel>
  );
}

/** A ring around a changed pixel, which is small in a large picture, and on a telephone. Shares of the picture's sides. */
function Ring({ left, top }: { readonly left: number; readonly top: number }) {
  return <i class="ring" aria-hidden="true" style={{ left: `${100 * left}%`, top: `${100 * top}%` }} />;
}

/** The button that searches for an edit, or the search that runs. */
function NotYet() {
  const text = messages.value.stage;
  const shown = subject.value?.picture ?? EMPTY;
  const draw = useCallback((canvas: HTMLCanvasElement) => paintPicture(canvas, shown), [shown]);
  const running = repairing.value;
  const target = goal.value;
  const ready = subject.value !== null && target !== null && target !== reading.value?.class;
  return (
    <Panel id="fix" question={text.fix} view={<PixelView width={shown.width} height={shown.height} draw={draw} label={text.picture} />}>
      {running !== null ? (
        <Waiting
          key={running.strategy}
          what={messages.value.fix.searching(strategyName(running.strategy ?? 'auto'))}
          progress={running.progress}
          onCancel={stop}
        />
      ) : (
        <>
          <div class="aim">
            <button type="button" class="button primary" disabled={!ready} onClick={() => void find()} data-test="stage-find">
              {messages.value.fix.find}
            </button>
            {subject.value !== null && subject.value.digit === null && subject.value.origin !== 'scene' && <TruthSelect quiet />}
          </div>
          <p class="panel-words">{ready && target !== null ? text.searchFor(className(target)) : text.nothing}</p>
          {repaired.value !== null && <p class="panel-words">{messages.value.fix.notFound}</p>}
        </>
      )}
    </Panel>
  );
}
