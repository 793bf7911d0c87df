import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { Hideable } from '../state/hideable.js';

interface SliderProps {
  readonly label: string;
  /** The name by which an address can hide it (state/hideable.ts): its own, or that of the part that it stands in. */
  readonly control: Hideable;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  /** The value as text, for eyes and screen readers. */
  readonly text: string;
  readonly onInput: (value: number) => void;
  readonly disabled?: boolean;
  /** Is shown behind the track. The percentage slider has a canvas there, which shows the outcomes. */
  readonly children?: ComponentChildren;
}

/** A native range input with its value beside the label. */
export function Slider({ label, control, value, min, max, step = 1, text, onInput, disabled = false, children }: SliderProps) {
  const id = useId();
  return (
    <div class="field slider" data-control={control}>
      <span class="slider-head">
        <label class="label" for={id}>
          {label}
        </label>
        <output for={id}>{text}</output>
      </span>
      <span class={children === undefined ? 'range' : 'range painted'}>
        {children}
        <input
          id={id}
          type="range"
          min={min}
          max={max}
          step={step}
          value={value}
          aria-valuetext={text}
          disabled={disabled}
          onInput={({ currentTarget }) => onInput(currentTarget.valueAsNumber)}
        />
      </span>
    </div>
  );
}
