import { useId, useMemo } from 'preact/hooks';

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
  // A network may have a thousand classes, and what is chosen among them changes with every picture: the list itself does not.
  const items = useMemo(
    () =>
      options.map((option) => (
        <option key={option.value} value={option.value} disabled={option.disabled ?? false}>
          {option.label}
        </option>
      )),
    [options],
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
