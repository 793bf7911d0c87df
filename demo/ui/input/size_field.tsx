import { useId } from 'preact/hooks';
import { messages } from '../i18n/index.js';
import { chooseSize } from '../state/input.js';
import { opening } from '../state/signals.js';

interface SizeFieldProps {
  readonly height: number;
  readonly width: number;
}

/** The size of the input, for networks whose file leaves it open: a number for both sides, or height x width. */
export function SizeField({ height, width }: SizeFieldProps) {
  const text = messages.value.look;
  const id = useId();
  const choose = (value: string) => {
    const [, rows, columns = rows] = /^\s*(\d{1,4})\s*(?:[x×]\s*(\d{1,4}))?\s*$/.exec(value) ?? [];
    if (Number(rows) > 0 && Number(columns) > 0) void chooseSize([Number(rows), Number(columns)]);
  };
  return (
    <div class="field">
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
        onChange={({ currentTarget }) => choose(currentTarget.value)}
      />
    </div>
  );
}
