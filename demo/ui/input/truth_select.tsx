import { useMemo } from 'preact/hooks';
import { Select } from '../controls/select.js';
import { messages } from '../i18n/index.js';
import { setTruth } from '../state/input.js';
import { classOptions, subject, truth } from '../state/signals.js';

/** Where the visitor says what the picture shows. Then a misreading is called so, the maps speak of that class, and the edit aims at it. */
export function TruthSelect({ quiet = false }: { readonly quiet?: boolean }) {
  const text = messages.value.look;
  const unknown = subject.value === null ? '–' : text.unknown;
  const truths = useMemo(() => [{ value: '', label: unknown }, ...classOptions.value], [classOptions.value, unknown]);
  return (
    <Select
      control="truth"
      quiet={quiet}
      label={text.truth}
      value={truth.value === null ? '' : String(truth.value)}
      options={truths}
      onChange={(value) => setTruth(value === '' ? null : Number(value))}
    />
  );
}
