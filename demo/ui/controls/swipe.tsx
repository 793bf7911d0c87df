import type { ComponentChildren } from 'preact';

interface SwipeProps {
  readonly label: string;
  /** Where the handle is, in percent of the width. */
  readonly value: number;
  /** The value as text, for screen readers. */
  readonly text: string;
  readonly onInput: (value: number) => void;
  /** The picture under the handle. */
  readonly children: ComponentChildren;
}

/**
 * A picture with a handle over it: a native range input as wide as the picture, of which only the thumb takes the pointer, so that the pixels beside it
 * can still be pointed at.
 */
export function Swipe({ label, value, text, onInput, children }: SwipeProps) {
  return (
    <div class="swipe">
      {children}
      <input
        type="range"
        min={0}
        max={100}
        value={value}
        aria-label={label}
        aria-valuetext={text}
        onInput={({ currentTarget }) => onInput(currentTarget.valueAsNumber)}
      />
    </div>
  );
}
