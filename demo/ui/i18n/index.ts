import { computed, effect, signal } from '@preact/signals';
import type { Said } from '../../../src/app.js';
import { createFormat } from '../lib/format.js';
import { readPreference, writePreference } from '../lib/preferences.js';
import { en, type Messages } from './en.js';
import { es } from './es.js';
import type { Language } from './language.js';
import type { Piece } from './piece.js';
import { sayInSpanish } from './spanish/index.js';

export type { Language, Messages };

/** The texts of every language. Their type makes sure that none is missing. */
const MESSAGES = { en, es } as const satisfies Record<Language, Messages>;

const SAYINGS: Readonly<Record<Language, (said: Said) => readonly Piece[]>> = {
  en: ({ message }) => [{ text: message, english: true }],
  es: sayInSpanish,
};

/** The name of each language, in that language. */
export const LANGUAGES: Readonly<Record<Language, string>> = { en: 'English', es: 'Español' };

export const language = signal<Language>(initialLanguage());
export const messages = computed<Messages>(() => MESSAGES[language.value]);
/** Translates a sentence of the engine, which is English, into the page's language. */
export const sayings = computed(() => SAYINGS[language.value]);
export const format = computed(() => createFormat(language.value));

effect(() => {
  document.documentElement.lang = language.value;
  document.title = messages.value.title;
  writePreference('language', language.value);
});

function initialLanguage(): Language {
  const wanted = [readPreference('language'), ...navigator.languages];
  for (const tag of wanted) {
    const name = tag?.slice(0, 2);
    if (name !== undefined && name in MESSAGES) return name as Language;
  }
  return 'en';
}
