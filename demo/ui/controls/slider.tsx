import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  /** What is shown and read out for the value. */
  readonly text: string;
  readonly onInput: (value: number) => void;
  readonly disabled?: boolean;
  /** Lies behind the track: the percentage slider is painted with outcomes. */
  readonly children?: ComponentChildren;
}

/** A native range input with its value beside the label. */
export function Slider({ label, value, min, max, step = 1, text, onInput, disabled = false, children }: SliderProps) {
  const id = useId();
  return (
    <div class="field slider">
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
