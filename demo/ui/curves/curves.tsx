import { useMemo, useState } from 'preact/hooks';
import { isControl } from '../../../src/app.js';
import type { CurvesAnswer } from '../../engine/contract/maps.js';
import { nameOf, nameQuestion } from '../all_maps/names.js';
import { Chart } from '../controls/chart.js';
import { Scroller } from '../controls/scroller.js';
import { Sentence } from '../controls/sentence.js';
import { Waiting } from '../controls/waiting.js';
import { format, messages, shownLanguage } from '../i18n/index.js';
import { type Ranked, rankCurves } from '../lib/curve_ranking.js';
import { allMaps } from '../state/all_maps.js';
import { className } from '../state/signals.js';
import './curves.css';
import { type CurveRow, type CurveSet, curves, measureCurves, measuring, stopCurves } from './state.js';
import { CURVE_TEXTS, type CurveTexts } from './texts.js';

type RankedRow = Ranked<CurveRow['of']>;

/** How the class that the maps speak for fares while the parts that each map calls strongest are removed, and put in. */
export function Curves() {
  const text = CURVE_TEXTS[shownLanguage.value];
  const all = allMaps.value;
  const set = curves.value;
  const running = measuring.value;
  if (all === null) return null;
  const shown = set !== null && set.across === all.across ? set : null;
  const stale = shown !== null && (shown.subject !== all.subject || shown.settings !== all.settings);
  const current = running === null ? undefined : set?.rows[running.at];
  return (
    <div class="curves">
      <p class="hint">
        {text.intro(className(all.question.target), sideOf(shown, text), messages.value.why.baselines[all.settings.baseline])}{' '}
        {text.target(nameQuestion(all.question), className(all.question.target))}
      </p>
      <div class="toolbar">
        <button
          type="button"
          class="button primary"
          data-test="measure-curves"
          disabled={running !== null}
          onClick={() => void measureCurves(all)}
        >
          {text.measure}
        </button>
        {running !== null && current !== undefined && (
          <Waiting what={text.measuring(labelOf(current.of, all.across, text))} progress={running.progress} onCancel={stopCurves} />
        )}
      </div>
      {stale && (
        <p class="hint">
          <strong>{text.stale}</strong>
        </p>
      )}
      {shown !== null && <Results set={shown} text={text} done={running === null} />}
    </div>
  );
}

/** A part, in pixels; null before anything was measured. */
function sideOf(set: CurveSet | null, text: CurveTexts): string | null {
  const answer = set?.rows.find(({ outcome }) => outcome !== null && 'side' in outcome)?.outcome;
  const side = answer && 'side' in answer ? answer.side : null;
  return side === null ? null : text.pixels(side);
}

function labelOf(of: CurveRow['of'], across: CurveSet['across'], text: CurveTexts): string {
  return typeof of === 'string' ? text.controls[of] : nameOf({ settings: of }, across);
}

function Results({ set, text, done }: { readonly set: CurveSet; readonly text: CurveTexts; readonly done: boolean }) {
  const ranked = useMemo(() => rankCurves(set.rows), [set.rows]);
  const [chosen, setChosen] = useState<string | null>(null);
  const name = (of: CurveRow['of']) => labelOf(of, set.across, text);
  const ofMaps = ranked.filter(({ of }) => typeof of !== 'string');
  const random = ranked.find(({ of }) => of === 'random');
  const edges = ranked.find(({ of }) => of === 'edges');
  const shown = ofMaps.find(({ of }) => name(of) === chosen) ?? ofMaps[0];
  if (random === undefined || edges === undefined || shown === undefined) return null;
  const { percent } = format.value;
  const best = ranked[0];
  return (
    <>
      {done && best !== undefined && <Verdict ranked={ranked} random={random} set={set} text={text} />}
      <div class="curve-charts">
        <Curve kind="deletion" shown={shown} controls={[random, edges]} name={name} text={text} />
        <Curve kind="insertion" shown={shown} controls={[random, edges]} name={name} text={text} />
      </div>
      <Scroller label={text.table} tall>
        <table class="bare-table curve-table" data-test="curve-table">
          <thead>
            <tr>
              <th scope="col">{text.map}</th>
              <th scope="col">
                {text.deletion.split(':')[0]} <span class="faint">({text.low})</span>
              </th>
              <th scope="col">
                {text.insertion.split(':')[0]} <span class="faint">({text.high})</span>
              </th>
              <th scope="col">{text.gain}</th>
            </tr>
          </thead>
          <tbody>
            {ranked.map(({ of, answer, gain }) => (
              <tr key={name(of)} data-of={typeof of === 'string' ? of : `${of.method} ${of.baseline}`} data-gain={gain}>
                <th scope="row">
                  {typeof of === 'string' ? (
                    <>
                      {name(of)} <span class="faint">({text.control})</span>
                    </>
                  ) : (
                    <button
                      type="button"
                      class="link"
                      aria-label={text.show(name(of))}
                      aria-pressed={of === shown.of}
                      onClick={() => setChosen(name(of))}
                    >
                      {name(of)}
                    </button>
                  )}
                </th>
                <td>{percent(answer.deleted)}</td>
                <td>{percent(answer.inserted)}</td>
                <td>{percent(gain)}</td>
              </tr>
            ))}
            {set.rows.map(({ of, outcome }) =>
              outcome !== null && 'refused' in outcome ? (
                <tr key={name(of)}>
                  <th scope="row">{name(of)}</th>
                  <td colSpan={3}>
                    <Sentence said={outcome.refused} />
                  </td>
                </tr>
              ) : null,
            )}
          </tbody>
        </table>
      </Scroller>
    </>
  );
}

interface VerdictProps {
  readonly ranked: readonly RankedRow[];
  readonly random: RankedRow;
  readonly set: CurveSet;
  readonly text: CurveTexts;
}

/** What the curves say, in words. */
function Verdict({ ranked, random, set, text }: VerdictProps) {
  const { percent } = format.value;
  const best = ranked[0];
  if (best === undefined) return null;
  const ofMaps = ranked.filter(({ of }) => typeof of !== 'string');
  const worse = ofMaps.filter(({ gain }) => gain <= random.gain).length;
  const name = labelOf(best.of, set.across, text);
  return (
    <p class="curve-verdict" role="status" data-test="curve-verdict">
      {typeof best.of === 'string' && isControl(best.of) ? (
        text.noneBetter(name)
      ) : (
        <>
          {text.best(name, className(set.question.target), percent(best.answer.deleted), percent(best.answer.inserted))}{' '}
          {text.random(percent(random.answer.deleted), percent(random.answer.inserted))} {text.noBetter(worse, ofMaps.length)}
        </>
      )}
    </p>
  );
}

interface CurveProps {
  readonly kind: 'deletion' | 'insertion';
  readonly shown: RankedRow;
  readonly controls: readonly [random: RankedRow, edges: RankedRow];
  readonly name: (of: CurveRow['of']) => string;
  readonly text: CurveTexts;
}

function Curve({ kind, shown, controls, name, text }: CurveProps) {
  const { percent, wholePercent } = format.value;
  const area = ({ deleted, inserted }: CurvesAnswer) => percent(kind === 'deletion' ? deleted : inserted);
  const lines = [shown, ...controls];
  const x = useMemo(() => Array.from(shown.answer[kind], (_, k) => k / (shown.answer[kind].length - 1)), [shown.answer, kind]);
  const series = useMemo(
    () => lines.map(({ of, answer }) => ({ label: name(of), values: Array.from(answer[kind]) })),
    [shown.answer, ...controls.map(({ answer }) => answer), kind, text],
  );
  return (
    <figure>
      <figcaption class="label">{text[kind]}</figcaption>
      <Chart
        label={text.chart(text[kind], name(shown.of), area(shown.answer), area(controls[0].answer))}
        x={x}
        series={series}
        xLabel={kind === 'deletion' ? text.removed : text.inserted}
        formatX={wholePercent}
        formatY={wholePercent}
      />
    </figure>
  );
}
