import './kept.css';
import { useEffect } from 'preact/hooks';
import { format, type Language, language } from '../i18n/index.js';
import { model, source } from '../state/signals.js';
import { en, type KeptTexts } from './en.js';
import { es } from './es.js';
import { entries, entryOf, type KeepingProblem, keep, keepables, keepChoices, openKept, problem, refresh, remove } from './state.js';

const TEXTS: Readonly<Record<Language, KeptTexts>> = { en, es };

/** A tick for each file that is open and can be kept, and the list of those that are. */
export function Kept() {
  const text = TEXTS[language.value];
  const { bytes } = format.value;
  useEffect(() => void refresh(), []);
  useEffect(() => void keepChoices(), [model.value]);
  const open = source.value === 'picture' || source.value === 'model' ? keepables() : [];
  const list = entries.value;
  if (open.length === 0 && list.length === 0 && problem.value === null) return null;
  return (
    <div class="kept" data-control="kept" data-test="kept">
      {open.map((one) => (
        <label key={`${one.kind}/${one.name}`}>
          <input
            type="checkbox"
            checked={entryOf(one) !== undefined}
            data-test={`keep-${one.kind}`}
            onChange={({ currentTarget }) => {
              const entry = entryOf(one);
              // The tick follows what is kept, which may be refused.
              currentTarget.checked = entry !== undefined;
              void (entry === undefined ? keep(one) : remove(entry));
            }}
          />
          {text.keep(one.name)} ({bytes(one.bytes)})
        </label>
      ))}
      <p role="alert" data-test="kept-problem">
        {problem.value !== null && said(text, problem.value, bytes)}
      </p>
      {list.length > 0 && (
        <>
          <p class="label">{text.title}</p>
          <ul data-test="kept-list">
            {list.map((entry) => (
              <li key={entry.stamp}>
                <span>
                  {entry.name}{' '}
                  <span class="faint">
                    {text.kinds[entry.kind]}, {bytes(entry.bytes)}
                  </span>
                </span>
                <button type="button" class="button" aria-label={text.openNamed(entry.name)} onClick={() => void openKept(entry)}>
                  {text.open}
                </button>
                <button type="button" class="button" aria-label={text.removeNamed(entry.name)} onClick={() => void remove(entry)}>
                  {text.remove}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      <p class="hint">{text.promise}</p>
    </div>
  );
}

function said(text: KeptTexts, why: KeepingProblem, bytes: (value: number) => string): string {
  switch (why.kind) {
    case 'full':
      return text.full(bytes(why.needed), why.free === null ? null : bytes(why.free));
    case 'refused':
      return text.refused;
    case 'gone':
      return text.gone(why.name);
  }
}
