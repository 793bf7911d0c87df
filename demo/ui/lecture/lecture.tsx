import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import storyText from '../../.cache/story.json?raw';
import { present } from '../../lib/present.js';
import type { StoryDigit } from '../../lib/story.js';
import { type Language, language } from '../i18n/index.js';
import { closeLecture, lecture, nextPlace, PARTS, type Place, placeAfterKey, placeBefore } from '../state/lecture.js';
import { DigitSlide } from './digit_slide.js';
import { en, type LectureTexts } from './en.js';
import { es } from './es.js';
import './lecture.css';

const TEXTS: Readonly<Record<Language, LectureTexts>> = { en, es };
const story: readonly StoryDigit[] = JSON.parse(storyText);

/** The lecture: the study's five digits on slides that fill the window, each in parts: question, answer, lesson. */
export function Lecture({ place }: { readonly place: Place }) {
  const text = TEXTS[language.value];
  const dialog = useRef<HTMLDialogElement>(null);
  const shownSlide = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const shown = present(dialog.current, 'the dialog of the lecture');
    shown.showModal();
    // Not one of the buttons: Enter and Space go on.
    shownSlide.current?.focus();
    return () => shown.close();
  }, []);
  useEffect(() => {
    const move = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || lecture.value === null) return;
      // Enter and Space on a button press the button.
      if ((event.key === 'Enter' || event.key === ' ') && event.target instanceof HTMLButtonElement) return;
      const next = placeAfterKey(lecture.value, event.key);
      if (next === undefined) return;
      event.preventDefault();
      if (next === null) closeLecture();
      else lecture.value = next;
    };
    addEventListener('keydown', move);
    return () => removeEventListener('keydown', move);
  }, []);
  const { slide } = place;
  const digit = story[slide - 1];
  return (
    <dialog
      ref={dialog}
      class="lecture"
      aria-label={text.label}
      data-test="lecture"
      data-slide={slide}
      data-part={place.part}
      onClose={closeLecture}
    >
      <div ref={shownSlide} class="slide" aria-live="polite" tabIndex={-1}>
        {slide === 0 ? (
          <Title text={text} />
        ) : digit === undefined ? (
          <End text={text} />
        ) : (
          <DigitSlide key={slide} digit={digit} slide={present(text.slides[slide - 1], `slide ${slide}`)} part={place.part} text={text} />
        )}
      </div>
      <nav class="lecture-keys">
        <button type="button" disabled={slide === 0} onClick={() => move(placeBefore(place))}>
          {text.previous}
        </button>
        <span aria-hidden="true">{`${slide + 1} / ${PARTS.length}`}</span>
        <button type="button" disabled={digit === undefined && slide > 0} onClick={() => move(nextPlace(place))} data-test="lecture-next">
          {text.next}
        </button>
        <button type="button" class="lecture-end" onClick={closeLecture}>
          {text.close}
        </button>
      </nav>
    </dialog>
  );
}

function move(place: Place): void {
  lecture.value = place;
}

function Title({ text }: { readonly text: LectureTexts }) {
  return (
    <div class="lecture-title">
      <h2>{text.title}</h2>
      <p>{text.subtitle}</p>
      <p class="faint keys">{text.keys}</p>
    </div>
  );
}

function End({ text }: { readonly text: LectureTexts }) {
  return (
    <div class="lecture-title">
      <h2>{text.end}</h2>
      {text.morals.map((moral) => (
        <p key={moral}>{moral}</p>
      ))}
    </div>
  );
}
