import { useId, useState } from 'preact/hooks';
import { parseInputSize } from '../lib/input_size.js';
import { chooseSize } from '../state/input.js';
import { opening } from '../state/signals.js';
import { texts } from './texts.js';

interface SizeFieldProps {
  readonly height: number;
  readonly width: number;
}

/** The size of the input, for networks whose file leaves it open: a number for both sides, or height x width. */
export function SizeField({ height, width }: SizeFieldProps) {
  const text = texts.value;
  const id = useId();
  const [wrong, setWrong] = useState<string | null>(null);
  const choose = (value: string) => {
    const size = parseInputSize(value);
    setWrong(size === null ? value : null);
    if (size !== null) void chooseSize(size);
  };
  return (
    <div class="field" data-control="size">
      <label class="label" for={id}>
        {text.size}
      </label>
      <input
        id={id}
        class="text-field"
        type="text"
        inputMode="numeric"
        disabled={opening.value !== null}
        value={height === width ? String(height) : `${height}x${width}`}
        aria-invalid={wrong !== null}
        aria-describedby={wrong === null ? undefined : `${id}-wrong`}
        onChange={({ currentTarget }) => choose(currentTarget.value)}
      />
      {wrong !== null && (
        <p class="field-wrong" id={`${id}-wrong`} role="alert">
          {text.wrongSize(wrong)}
        </p>
      )}
    </div>
  );
}
