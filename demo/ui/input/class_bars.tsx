import { format, messages } from '../i18n/index.js';
import { className, model, ranking, reading, truth } from '../state/signals.js';

/** Up to this many classes are all shown, in the order of their numbers, so that bars stay in place while drawing. Of more, the most probable ones are. */
const MOST = 10;

export function ClassBars() {
  const text = messages.value.look;
  const count = model.value?.classes ?? MOST;
  const few = count <= MOST;
  const rows = few ? Array.from({ length: count }, (_, i) => i) : ranking.value.slice(0, MOST);
  const read = reading.value;
  if (!few && read === null) return null;
  return (
    <div class="table-place" data-control="bars">
      <table class="bars" data-test="bars">
        <caption class="visually-hidden">{text.classes}</caption>
        <thead>
          <tr>
            <th scope="col">{text.class}</th>
            <th scope="col" colSpan={2}>
              {text.probability}
            </th>
            <th scope="col" class="number">
              {text.logit}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((index) => {
            const probability = read?.probabilities[index] ?? 0;
            const logit = read?.logits[index];
            const state = read?.class === index ? 'read' : truth.value === index ? 'true' : '';
            return (
              <tr key={few ? index : `rank-${index}`} class={state} data-class={index}>
                <th scope="row">{className(index)}</th>
                <td class="bar-cell">
                  <span class="bar" style={{ transform: `scaleX(${probability})` }} />
                </td>
                <td class="number" data-probability={probability}>
                  {read === null ? '–' : format.value.percent(probability)}
                </td>
                <td class="number faint" data-logit={logit}>
                  {logit === undefined ? '–' : format.value.signed(logit)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {!few && <p class="hint">{text.more(count - rows.length)}</p>}
    </div>
  );
}
