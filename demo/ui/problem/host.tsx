import { useState } from 'preact/hooks';
import { messages } from '../i18n/index.js';

type Report = typeof import('./problem_report.js')['Report'];

/** The button that shows the report of a problem. What makes the report is loaded by the click. */
export function ProblemHost() {
  const text = messages.value.problem;
  const [loaded, setLoaded] = useState<{ readonly Report: Report } | null>(null);
  return (
    <div class="problem" data-control="problem" data-test="problem">
      {loaded !== null ? (
        <loaded.Report />
      ) : (
        <button
          type="button"
          class="button"
          data-test="problem-show"
          onClick={() => void import('./problem_report.js').then(({ Report }) => setLoaded({ Report }))}
        >
          {text.show}
        </button>
      )}
      <p class="hint">{text.hint}</p>
    </div>
  );
}
