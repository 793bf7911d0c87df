import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { Hideable } from '../state/hideable.js';

interface SegmentedProps<T extends string> {
  readonly label: string;
  /** The name by which an address can hide it (state/hideable.ts): its own, or that of the part that it stands in. */
  readonly control: Hideable;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: ComponentChildren }[];
  readonly onChange: (value: T) => void;
  /** Only screen readers get the label. */
  readonly quiet?: boolean;
}

/** A choice of a few, all of them visible. They are native radio buttons, so that arrow keys and screen readers work. */
export function Segmented<T extends string>({ label, control, value, options, onChange, quiet = false }: SegmentedProps<T>) {
  const name = useId();
  return (
    <fieldset class="field segmented" data-control={control}>
      <legend class={quiet ? 'visually-hidden' : 'label'}>{label}</legend>
      <div class="segments">
        {options.map((option) => (
          <label key={option.value} class="segment">
            <input type="radio" name={name} value={option.value} checked={option.value === value} onChange={() => onChange(option.value)} />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
