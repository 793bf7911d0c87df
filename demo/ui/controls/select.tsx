import { useId, useMemo } from 'preact/hooks';
import { useSlices } from '../lib/slices.js';
import type { Hideable } from '../state/hideable.js';

/** How many options are rendered in one task: about 2 ms of work on a slow laptop. */
const SLICE = 100;

interface SelectProps<T extends string> {
  readonly label: string;
  /** The name by which an address can hide it (state/hideable.ts): its own, or that of the part that it stands in. */
  readonly control: Hideable;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string; readonly disabled?: boolean }[];
  readonly onChange: (value: T) => void;
  readonly quiet?: boolean;
  readonly disabled?: boolean;
}

/** A native select in the page's style. */
export function Select<T extends string>({ label, control, value, options, onChange, quiet = false, disabled = false }: SelectProps<T>) {
  const id = useId();
  const made = useSlices(options, SLICE);
  // The chosen option is rendered in the first task, wherever it is in the list.
  const chosen = made < options.length ? options.findIndex((option) => option.value === value) : 0;
  // The choice changes with every picture, the list of up to a thousand classes does not: it is not rendered again.
  const items = useMemo(
    () =>
      options
        .filter((_, index) => index < made || index === chosen)
        .map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled ?? false}>
            {option.label}
          </option>
        )),
    [options, made, chosen],
  );
  return (
    <div class="field" data-control={control}>
      <label class={quiet ? 'visually-hidden' : 'label'} for={id}>
        {label}
      </label>
      <span class="select">
        <select id={id} value={value} disabled={disabled} onChange={({ currentTarget }) => onChange(currentTarget.value as T)}>
          {items}
        </select>
      </span>
    </div>
  );
}
