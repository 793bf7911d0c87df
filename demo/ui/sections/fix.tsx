import { useCallback, useMemo } from 'preact/hooks';
import { scaleOf } from '../../../src/app.js';
import { type Repair, STRATEGIES, type Strategy } from '../../../src/index.js';
import type { RepairAnswer } from '../../engine/contract/edits.js';
import { Chapter } from '../controls/chapter.js';
import { Notice } from '../controls/notice.js';
import { PixelView } from '../controls/pixel_view.js';
import { Select } from '../controls/select.js';
import { Sentence } from '../controls/sentence.js';
import { Waiting } from '../controls/waiting.js';
import { format, messages, strategyName } from '../i18n/index.js';
import { blendPictures, paintMap, paintPicture } from '../lib/pixels.js';
import { find, goal, redoAll, replay, replayed, setStrategy, setWanted, stop, toggle, undone, undoneReading } from '../state/fix.js';
import {
  className,
  classOptions,
  cursor,
  probabilityOf,
  problems,
  reading,
  repaired,
  repairing,
  strategy,
  subject,
} from '../state/signals.js';
import { WordsHost } from '../words/host.js';
import { Attempts } from './attempts.js';
import { Duel } from './duel.js';
import { Percentage } from './percentage.js';
import { Versus } from './versus.js';

/** Step 3: the smallest edit after which the network reads the wanted class. */
export function Fix() {
  const text = messages.value.fix;
  const already = goal.value !== null && goal.value === reading.value?.class;
  const running = repairing.value;
  const none = goal.value !== null ? null : reading.value === null ? '–' : messages.value.none;
  const wanted = useMemo(
    () => (none === null ? classOptions.value : [{ value: '', label: none }, ...classOptions.value]),
    [classOptions.value, none],
  );
  return (
    <Chapter id="fix" number={3} title={text.title} intro={text.intro}>
      <Notice problem={problems.fix} />
      <div class="card" data-control="search">
        <div class="fix-controls">
          <Select
            control="wanted"
            label={text.wanted}
            value={goal.value === null ? '' : String(goal.value)}
            options={wanted}
            onChange={(value) => setWanted(Number(value))}
          />
          <Select<Strategy | 'auto'>
            control="strategy"
            label={text.strategy}
            value={strategy.value}
            options={(['auto', ...STRATEGIES] as const).map((value) => ({ value, label: text.strategies[value] }))}
            onChange={setStrategy}
          />
          {running !== null ? (
            <button type="button" class="button primary" onClick={stop} data-test="stop">
              {text.stop}
            </button>
          ) : (
            <button
              type="button"
              class="button primary"
              disabled={already || subject.value === null}
              onClick={() => void find()}
              data-test="find"
            >
              {text.find}
            </button>
          )}
        </div>
        <p class="status" aria-live="polite" data-test="fix-status">
          {already ? text.already : running === null && <Outcome />}
        </p>
        {running !== null && (
          <Waiting
            key={running.strategy}
            what={text.searching(strategyName(running.strategy ?? strategy.value))}
            progress={running.progress}
            onCancel={stop}
          />
        )}
        <Percentage />
        <WordsHost part="fix" />
      </div>
      {repaired.value?.repair.repaired && <BeforeAfter answer={repaired.value} />}
      <Duel />
      <Versus />
      <Attempts />
    </Chapter>
  );
}

function Outcome() {
  const text = messages.value.fix;
  const found = repaired.value?.repair;
  if (found === undefined) return <span class="faint">{text.start}</span>;
  if (!found.repaired) {
    return (
      <>
        <strong>{text.notFound}</strong> {found.attempts.length === 0 && <Sentence said={found.because} />}
        {found.attempts.map(({ strategy, because }, i) => (
          <span key={`${i}-${strategy}`}>
            {` ${strategyName(strategy)}: `}
            <Sentence said={because} />.
          </span>
        ))}
      </>
    );
  }
  return (
    <>
      <strong>{text.found(strategyName(found.strategy), found.changedPixels)}</strong> {found.minimal && text.minimal}{' '}
      {found.provenMinimum !== null && text.proven(found.changedPixels)} {found.verified.cpu && found.verified.png && text.verified}
    </>
  );
}

/** Which search found the edit. Only strategies with a map owe its pixels to an attribution. */
function howFound({ map, strategy }: Repair): string {
  const text = messages.value.fix;
  if (map !== null) return text.how.attribution(strategyName(strategy));
  return strategy === 'random' ? text.how.random : text.how.greedy;
}

function BeforeAfter({ answer }: { readonly answer: RepairAnswer }) {
  const text = messages.value.fix;
  const { repair, before, after, map } = answer;
  const { percent } = format.value;
  const { width, height } = before;
  const steps = replayed.value;
  const marks = useMemo(() => {
    const marked = new Uint8Array(width * height);
    repair.order.forEach((pixel, i) => {
      if (steps === null || i < steps) marked[pixel] = undone.value.has(pixel) ? 2 : 1;
    });
    return marked;
  }, [repair, steps, undone.value]);
  const drawBefore = useCallback((canvas: HTMLCanvasElement) => paintPicture(canvas, before), [before]);
  const drawAfter = useCallback(
    (canvas: HTMLCanvasElement) => paintPicture(canvas, blendPictures(before, after, marks)),
    [before, after, marks],
  );
  const drawMap = useCallback((canvas: HTMLCanvasElement) => paintMap(canvas, map, width, height, scaleOf(map).scale), [map]);
  const now = undoneReading.value;
  const why = messages.value.why;
  const [wanted, read] = [className(repair.target), className(repair.before.class)];
  const mapTitle = repair.map === null ? why.heads.contrast : text.attribution;
  const detail =
    repair.map === null || repair.map === 'contrast' ? why.contrast(wanted, read) : text.orderedBy(strategyName(repair.strategy));
  const pick = { cursor: cursor.value, onCursor: (pixel: typeof cursor.value) => (cursor.value = pixel) };
  const afterReading = text.reads(className(repair.after.class), percent(repair.after.probability));
  const name = now === null ? afterReading : text.reads(className(now.class), percent(probabilityOf(now)));
  return (
    <div class="card" data-control="edit" data-test="before-after" data-replaying={steps !== null}>
      <div class="maps" data-control="edit">
        <figure class="map">
          <figcaption>
            <strong>{text.before}</strong>{' '}
            <span class="faint">{text.reads(className(repair.before.class), percent(repair.before.probability))}</span>
          </figcaption>
          <PixelView width={width} height={height} draw={drawBefore} label={text.before} cursor={cursor.value} />
        </figure>
        <figure class="map">
          <figcaption>
            <strong>{text.after}</strong> <span class="faint">{name}</span>
          </figcaption>
          <PixelView
            width={width}
            height={height}
            draw={drawAfter}
            marks={marks}
            label={`${text.after}, ${name}. ${text.changed(repair.changedPixels)}.`}
            describedBy="undo-help"
            {...pick}
            onPick={({ x, y }) => void toggle(y * width + x)}
            testId="after"
          />
        </figure>
        <figure class="map">
          <figcaption>
            <strong>{mapTitle}</strong>{' '}
            <span class="faint">
              {detail}
              {repair.map === null && `. ${text.noPart}`}
            </span>
          </figcaption>
          <PixelView width={width} height={height} draw={drawMap} marks={marks} label={`${mapTitle}, ${detail}`} cursor={cursor.value} />
        </figure>
      </div>
      <p class="explained" data-test="how" data-by={repair.map === null ? repair.strategy : 'attribution'}>
        <strong>{howFound(repair)}</strong> {text.adversarial}
      </p>
      <p class="status" aria-live="polite" data-test="undone" data-class={now?.class}>
        {now === null ? (
          <>
            {text.changed(repair.changedPixels)} <span class="faint">({percent(repair.changedFraction)})</span>
          </>
        ) : (
          text.undone(undone.value.size, className(now.class), percent(probabilityOf(now)))
        )}
      </p>
      <div class="toolbar">
        <button type="button" class="button" onClick={replay}>
          {text.replay}
        </button>
        <button type="button" class="button" disabled={undone.value.size === 0} onClick={() => void redoAll()} data-test="redo">
          {text.reset}
        </button>
        <button
          type="button"
          class="button"
          data-file="flips-gif"
          onClick={() => void import('../gif/gif_file.js').then(({ saveFlips }) => saveFlips(answer))}
        >
          {text.gif}
        </button>
        <p class="hint" id="undo-help">
          {text.click}
        </p>
      </div>
    </div>
  );
}
