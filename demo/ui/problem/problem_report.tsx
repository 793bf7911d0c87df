import { version } from '../../../package.json';
import { Scroller } from '../controls/scroller.js';
import { messages } from '../i18n/index.js';
import { save } from '../state/save.js';
import { diagnosis, model, settings } from '../state/signals.js';
import { lastError } from '../state/tasks.js';
import { composeReport } from './compose.js';

/** The report of a problem: all of it is shown before it can be saved. It follows what happens on the page. */
export function Report() {
  const words = messages.value.problem;
  const report = composeReport({
    version,
    browser: navigator.userAgent,
    page: {
      language: document.documentElement.lang,
      width: innerWidth,
      height: innerHeight,
      pixelRatio: devicePixelRatio,
      secure: isSecureContext,
      webgpu: 'gpu' in navigator,
    },
    model: model.value,
    settings: settings.value,
    error: lastError.value,
    diagnosis: diagnosis.value,
  });
  const text = `${JSON.stringify(report, null, 2)}\n`;
  return (
    <>
      <Scroller tall label={words.label}>
        <pre class="report" data-test="problem-text" lang="en">
          {text}
        </pre>
      </Scroller>
      <button
        type="button"
        class="button primary"
        data-file="problem"
        onClick={() => save({ name: 'pathlight-problem.json', type: 'application/json', bytes: new TextEncoder().encode(text) })}
      >
        {words.save}
      </button>
    </>
  );
}
