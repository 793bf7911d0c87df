import { useMemo } from 'preact/hooks';
import { RULES, type Rule } from '../../../src/index.js';
import type { BenchRow } from '../../engine/contract/device.js';
import { present } from '../../lib/present.js';
import { Chapter } from '../controls/chapter.js';
import { Chart, type ChartSeries } from '../controls/chart.js';
import { Notice } from '../controls/notice.js';
import { Scroller } from '../controls/scroller.js';
import { Waiting } from '../controls/waiting.js';
import { format, messages } from '../i18n/index.js';
import { measure, stopMeasuring } from '../state/bench.js';
import { bench, benching, benchOf, benchRows, className, problems, reading } from '../state/signals.js';
import { WordsHost } from '../words/host.js';
import { Doctor } from './doctor.js';

/** Step 4: what a number of steps costs, and how exact its maps are. */
export function Bench() {
  const text = messages.value.bench;
  const running = benching.value;
  const rows = benchRows.value;
  return (
    <Chapter id="bench" number={4} title={text.title} intro={text.intro}>
      <Notice problem={problems.bench} />
      <div class="card" data-control="measure">
        <div class="toolbar">
          {running === null ? (
            <button
              type="button"
              class="button primary"
              disabled={reading.value === null}
              onClick={() => void measure()}
              data-test="measure"
            >
              {rows.length > 0 ? text.again : text.run}
            </button>
          ) : (
            <button type="button" class="button primary" onClick={stopMeasuring}>
              {text.stop}
            </button>
          )}
          <p class="status" aria-live="polite" data-test="bench-status">
            {running === null ? <span class="faint">{text.start}</span> : text.running(running.done, running.total)}
          </p>
        </div>
        {running !== null && <Waiting what={text.title} progress={running} />}
        {rows.length > 0 && <Results rows={rows} />}
        <WordsHost part="bench" />
      </div>
      <Doctor />
    </Chapter>
  );
}

function Results({ rows }: { readonly rows: readonly BenchRow[] }) {
  const text = messages.value.bench;
  const { number, count, percent, milliseconds, bytes } = format.value;
  const answer = bench.value;
  const { x, errors, times } = useMemo(() => chartsOf(rows), [rows]);
  // `auto` and `exact` make several requests. The facts below are of one request, so they come from a row with a number of steps.
  const one = rows.filter((row) => typeof row.steps === 'number').at(-1) ?? present(rows.at(-1), 'a measured row');
  const rules = messages.value.why.rules;
  const named = (series: readonly { rule: Rule; values: (number | null)[] }[]): ChartSeries[] =>
    series.map(({ rule, values }) => ({ label: rules[rule], values }));
  const exact = answer === null || answer.reference === 'exact';
  const of = benchOf.value;
  const plans: Readonly<Record<string, string>> = text.plans;
  const facts = [
    ...(of === null
      ? []
      : [[text.of, text.measured(of.picture, className(of.target), messages.value.why.baselines[of.baseline])] as const]),
    [text.adapter, answer === null ? '–' : answer.plan === 'cpu' ? text.processor : answer.adapter],
    [text.plan, answer === null ? '–' : (plans[answer.plan] ?? answer.plan)],
    [text.dispatches, count(one.dispatches)],
    [text.bytes, bytes(Math.max(...rows.map((row) => row.peakBytes)))],
    [text.readback, bytes(one.readbackBytes)],
  ] as const;
  return (
    <>
      <dl class="facts row" data-test="bench-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {x.length > 1 && (
        <div class="charts">
          <div>
            <p class="label">{exact ? text.errorChart : text.errorChartReference}</p>
            <Chart
              logarithmic
              label={exact ? text.errorChart : text.errorChartReference}
              x={x}
              series={named(errors)}
              xLabel={text.steps}
              formatX={count}
              formatY={number}
            />
          </div>
          <div>
            <p class="label">{text.timeChart}</p>
            <Chart logarithmic label={text.timeChart} x={x} series={named(times)} xLabel={text.steps} formatX={count} formatY={number} />
          </div>
        </div>
      )}
      <Scroller tall label={text.intro}>
        <table class="table" data-test="bench-rows">
          <thead>
            <tr>
              <th scope="col">{text.columns.rule}</th>
              {(['steps', 'error', 'delta', 'time', 'rate'] as const).map((column) => (
                <th key={column} scope="col" class="number">
                  {text.columns[column]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.rule}-${row.steps}`}>
                <th scope="row">{row.rule === null ? '–' : rules[row.rule]}</th>
                <td class="number">
                  {typeof row.steps === 'number' ? count(row.steps) : `${messages.value.why.modes[row.steps]} (${count(row.points)})`}
                </td>
                <td class="number">{row.error === null ? '–' : percent(row.error)}</td>
                <td class="number">{percent(row.relativeDelta)}</td>
                <td class="number">{milliseconds(row.milliseconds)}</td>
                <td class="number">{count(row.pointsPerSecond)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </>
  );
}

/** One line per rule, over the step counts that were measured. Points with the value 0 are left out, since 0 has no logarithm. */
function chartsOf(rows: readonly BenchRow[]) {
  const counted = rows.filter((row) => typeof row.steps === 'number' && row.rule !== null);
  const x = [...new Set(counted.map((row) => row.steps as number))].sort((a, b) => a - b);
  const lines = (of: (row: BenchRow) => number | null) =>
    RULES.filter((rule) => counted.some((row) => row.rule === rule)).map((rule) => ({
      rule,
      values: x.map((steps) => {
        const row = counted.find((one) => one.rule === rule && one.steps === steps);
        return (row && of(row)) || null;
      }),
    }));
  return { x, errors: lines((row) => row.error), times: lines((row) => row.milliseconds) };
}
