import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Digit } from '../../engine/contract/inputs.js';
import { messages } from '../i18n/index.js';
import { paintPicture } from '../lib/pixels.js';
import { walk } from '../lib/walk.js';
import { openDigits, showDigit } from '../state/input.js';
import { className, digits, model, opening, subject, undecided } from '../state/signals.js';

const GROUPS = ['study', 'misread', 'correct'] as const;

/** Test digits to choose from: those of the study, those that this network misreads, and some that it reads right. */
export function DigitStrips() {
  const text = messages.value.look;
  const list = digits.value;
  if (list === null) return model.value === null ? null : <NoDigits />;
  // Before the visitor has chosen how pixels become numbers, what an own network reads is not known.
  const isKnown = !undecided.value;
  return (
    <div class="strips">
      {(isKnown ? GROUPS : (['study'] as const)).map((group) => {
        const members = list.filter((digit) => digit.group === group);
        if (members.length === 0) return null;
        const inside = members.some((digit) => digit.index === subject.value?.digit);
        return (
          <fieldset key={group} class="strip-group" data-control="digits" onKeyDown={walk}>
            <legend class="label">
              {text[group]}
              {group !== 'study' && ` · ${members.length}`}
            </legend>
            <div class="strip">
              {members.map((digit, i) => (
                <Thumb
                  key={digit.index}
                  digit={digit}
                  isKnown={isKnown}
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

/** Another network is open, which takes other pictures: one that reads digits is a click away. */
function NoDigits() {
  const text = messages.value.look;
  return (
    <>
      <p class="hint">{text.noDigits}</p>
      <button type="button" class="button" data-test="open-digits" disabled={opening.value !== null} onClick={() => void openDigits()}>
        {text.openDigits}
      </button>
    </>
  );
}

interface ThumbProps {
  readonly digit: Digit;
  /** Whether it is known what the network reads. */
  readonly isKnown: boolean;
  readonly chosen: boolean;
  /** Whether the Tab key stops at this digit of its strip. */
  readonly stop: boolean;
}

function Thumb({ digit, isKnown, chosen, stop }: ThumbProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    if (canvas.current !== null) paintPicture(canvas.current, { width: 28, height: 28, channels: 1, data: digit.pixels });
  }, [digit]);
  const name = isKnown ? messages.value.look.digit(className(digit.truth), className(digit.read)) : className(digit.truth);
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
        {isKnown && digit.truth !== digit.read && <b> › {className(digit.read)}</b>}
      </span>
    </button>
  );
}
