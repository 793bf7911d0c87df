import { useEffect, useId, useMemo, useState } from 'preact/hooks';

/** How many options are made at a time: some 2 ms of work on a slow laptop. */
const SLICE = 100;

interface SelectProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string; readonly disabled?: boolean }[];
  readonly onChange: (value: T) => void;
  readonly quiet?: boolean;
  readonly disabled?: boolean;
}

/** A native select in the page's clothes. */
export function Select<T extends string>({ label, value, options, onChange, quiet = false, disabled = false }: SelectProps<T>) {
  const id = useId();
  const made = useSlices(options);
  // What is chosen is there from the first moment on, wherever it stands in the list.
  const chosen = made < options.length ? options.findIndex((option) => option.value === value) : 0;
  // What is chosen among a thousand classes changes with every picture: the list itself does not.
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
    <div class="field">
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

/** How many of the options are made by now: a thousand classes in one task, for each select of the page, would be felt as a stutter. */
function useSlices(options: readonly unknown[]): number {
  const [done, setDone] = useState({ options, made: SLICE });
  const made = done.options === options ? done.made : SLICE;
  useEffect(() => {
    if (made >= options.length) return;
    const timer = setTimeout(() => setDone({ options, made: made + SLICE }));
    return () => clearTimeout(timer);
  }, [options, made]);
  return made;
}
