import { outcomeOf } from '../../../src/app.js';
import { Scroller } from '../controls/scroller.js';
import { Sentence } from '../controls/sentence.js';
import { format, messages, strategyName } from '../i18n/index.js';
import { attempts } from '../state/fix.js';

/** A table with the outcome of every strategy that was tried, as the command line prints it. */
export function Attempts() {
  const text = messages.value.fix;
  const list = attempts.value;
  if (list.length === 0) return null;
  const { number, count, milliseconds } = format.value;
  return (
    <div class="card" data-control="attempts">
      <h3>{text.attempts}</h3>
      <Scroller label={text.attempts}>
        <table class="table" data-test="attempts">
          <thead>
            <tr>
              <th scope="col">{text.columns.strategy}</th>
              <th scope="col">{text.columns.outcome}</th>
              <th scope="col" class="number">
                {text.columns.percent}
              </th>
              <th scope="col" class="number">
                {text.columns.pixels}
              </th>
              <th scope="col" class="number">
                {text.columns.candidates}
              </th>
              <th scope="col" class="number">
                {text.columns.time}
              </th>
              <th scope="col">{text.columns.reason}</th>
            </tr>
          </thead>
          <tbody>
            {list.map((one, i) => {
              const outcome = outcomeOf(one);
              return (
                <tr key={`${i}-${one.strategy}`} data-strategy={one.strategy} data-pixels={one.changedPixels}>
                  <th scope="row">{strategyName(one.strategy)}</th>
                  <td>
                    <span class={`outcome ${outcome}`}>{text.outcomes[outcome]}</span>
                  </td>
                  <td class="number">{one.percent === null ? '–' : number(one.percent)}</td>
                  <td class="number">{one.changedPixels ?? '–'}</td>
                  <td class="number">{count(one.candidates)}</td>
                  <td class="number">{milliseconds(one.milliseconds)}</td>
                  <td class="reason">
                    <Sentence said={one.because} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroller>
    </div>
  );
}
