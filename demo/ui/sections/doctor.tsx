import { useId, useState } from 'preact/hooks';
import type { Diagnosis } from '../../../src/app.js';
import { Notice } from '../controls/notice.js';
import { Scroller } from '../controls/scroller.js';
import { Sentence } from '../controls/sentence.js';
import { Waiting } from '../controls/waiting.js';
import { format, messages } from '../i18n/index.js';
import { ProblemHost } from '../problem/host.js';
import { downloadDiagnosis, examine, stopExamining } from '../state/doctor.js';
import { diagnosis, examining, model, problems } from '../state/signals.js';

/** Whether every kernel is right on the visitor's adapter, and how fast it is: what `pathlight doctor` says. */
export function Doctor() {
  const text = messages.value.doctor;
  const id = useId();
  const [only, setOnly] = useState('');
  const running = examining.value;
  const found = diagnosis.value;
  const none = model.value === null || model.value.device.kind === 'cpu';
  const hint = none ? text.needsGpu : text.start;
  return (
    <div class="card" id="doctor" data-test="doctor">
      <h3>{text.title}</h3>
      <p class="hint">{text.intro}</p>
      <Notice problem={problems.doctor} />
      <div class="toolbar">
        {running === null ? (
          <>
            <button type="button" class="button primary" disabled={none} onClick={() => void examine(true, only)} data-test="examine">
              {text.quick}
            </button>
            <button type="button" class="button" disabled={none} onClick={() => void examine(false, only)}>
              {text.full}
            </button>
            <div class="field">
              <label class="label" for={id}>
                {text.only}
              </label>
              <input
                id={id}
                class="text-field"
                type="text"
                value={only}
                data-test="examine-only"
                onInput={({ currentTarget }) => setOnly(currentTarget.value)}
              />
            </div>
          </>
        ) : (
          <button type="button" class="button primary" onClick={stopExamining} data-test="examine-stop">
            {text.stop}
          </button>
        )}
        <p class="status" aria-live="polite" data-test="doctor-status">
          {running === null ? (
            <span class="faint">{hint}</span>
          ) : running.total === 0 ? (
            messages.value.working
          ) : (
            text.stages[running.stage](running.done, running.total)
          )}
        </p>
      </div>
      {running !== null && <Waiting key={running.stage} what={text.title} progress={running} />}
      {found !== null && <Found found={found} />}
      <ProblemHost />
    </div>
  );
}

function Found({ found: { adapter, examination, speed, verdict } }: { readonly found: Diagnosis }) {
  const text = messages.value.doctor;
  const { number, count, milliseconds } = format.value;
  const { kernels, checks, wrong } = examination;
  const facts = [
    [text.adapter, adapter.name],
    [text.kind, text.kinds[adapter.kind]],
    [text.kernels, text.kernelsIn(count(kernels), count(checks))],
    [text.wrong, count(wrong.length)],
    ...(speed === undefined
      ? []
      : ([
          [text.loop, text.gflops(number(speed.loopGflops))],
          [text.copy, text.gbytes(number(speed.copyGbytes))],
          [text.submit, milliseconds(speed.submitMilliseconds)],
          [text.dispatch, text.microseconds(number(speed.dispatchMicroseconds))],
          [text.readback, milliseconds(speed.readbackMilliseconds)],
        ] as const)),
  ] as const;
  return (
    <>
      <div data-test="verdict" aria-live="polite">
        {verdict.map((said) => (
          <p key={said.code}>
            <Sentence said={said} />.
          </p>
        ))}
      </div>
      <dl class="facts row" data-test="doctor-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {wrong.length > 0 && <Wrong examination={examination} />}
      {speed !== undefined && <Work speed={speed} />}
      <div class="toolbar">
        <button type="button" class="button" onClick={downloadDiagnosis} data-file="doctor">
          {text.download}
        </button>
        <p class="hint">{text.downloadHint}</p>
      </div>
    </>
  );
}

/** Names of checks and kernels are English in every language. */
function Wrong({ examination: { wrong } }: Pick<Diagnosis, 'examination'>) {
  const text = messages.value.doctor;
  const { number, list } = format.value;
  return (
    <Scroller label={text.wrongTable}>
      <table class="table" data-test="wrong">
        <thead>
          <tr>
            {(['check', 'error', 'serves', 'suspects'] as const).map((column) => (
              <th key={column} scope="col">
                {text.columns[column]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {wrong.map(({ check, error, failure, serves, suspects }) => (
            <tr key={check} lang="en">
              <th scope="row">{check}</th>
              <td>{failure ?? (error === null ? text.noNumber : number(error))}</td>
              <td>{list(serves)}</td>
              <td>{suspects.join('; ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}

function Work({ speed }: { readonly speed: NonNullable<Diagnosis['speed']> }) {
  const text = messages.value.doctor;
  const { number, percent, milliseconds } = format.value;
  return (
    <Scroller label={text.workTable}>
      <table class="table" data-test="work">
        <thead>
          <tr>
            <th scope="col">{text.workColumns.work}</th>
            {(['rate', 'share', 'time'] as const).map((column) => (
              <th key={column} scope="col" class="number">
                {text.workColumns[column]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {speed.work.map(({ work, gflops, share, milliseconds: time }) => (
            <tr key={work}>
              <th scope="row" lang="en">
                {work}
              </th>
              <td class="number">{number(gflops)}</td>
              <td class="number">{percent(share)}</td>
              <td class="number">{milliseconds(time)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}
