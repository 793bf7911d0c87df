import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Digit } from '../../engine/contract.js';
import { messages } from '../i18n/index.js';
import { paintPicture } from '../lib/pixels.js';
import { walk } from '../lib/walk.js';
import { showDigit } from '../state/input.js';
import { className, digits, model, subject } from '../state/signals.js';

const GROUPS = ['study', 'misread', 'correct'] as const;

/** Test digits to choose from: those of the study, those that this network misreads, and some that it reads right. */
export function DigitStrips() {
  const text = messages.value.look;
  const list = digits.value;
  if (list === null) return model.value === null ? null : <p class="hint">{text.noDigits}</p>;
  return (
    <div class="strips">
      {GROUPS.map((group) => {
        const members = list.filter((digit) => digit.group === group);
        if (members.length === 0) return null;
        const inside = members.some((digit) => digit.index === subject.value?.digit);
        return (
          <fieldset key={group} class="strip-group" onKeyDown={walk}>
            <legend class="label">
              {text[group]}
              {group !== 'study' && ` · ${members.length}`}
            </legend>
            <div class="strip">
              {members.map((digit, i) => (
                <Thumb
                  key={digit.index}
                  digit={digit}
                  chosen={subject.value?.digit === digit.index}
                  stop={inside ? subject.value?.digit === digit.index : i === 0}
                />
              ))}
            </div>
          </fieldset>
        );
      })}
    </div>
  );
}

interface ThumbProps {
  readonly digit: Digit;
  readonly chosen: boolean;
  /** Whether the Tab key stops at this digit of its strip. */
  readonly stop: boolean;
}

function Thumb({ digit, chosen, stop }: ThumbProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    if (canvas.current !== null) paintPicture(canvas.current, { width: 28, height: 28, channels: 1, data: digit.pixels });
  }, [digit]);
  const name = messages.value.look.digit(className(digit.truth), className(digit.read));
  return (
    <button
      type="button"
      class="thumb"
      aria-pressed={chosen}
      tabIndex={stop ? 0 : -1}
      title={name}
      data-digit={digit.index}
      onClick={() => showDigit(digit)}
    >
      <canvas ref={canvas} />
      <span class="visually-hidden">{name}</span>
      <span aria-hidden="true">
        {className(digit.truth)}
        {digit.truth !== digit.read && <b> › {className(digit.read)}</b>}
      </span>
    </button>
  );
}
