import { computed, effect, signal } from '@preact/signals';
import { createFormat } from '../lib/format.js';
import { readPreference, writePreference } from '../lib/preferences.js';
import { en, type Messages } from './en.js';
import { es } from './es.js';
import type { Language } from './language.js';
import { createTranslator, type Piece } from './sentences.js';
import { sentencesEs } from './sentences_es.js';

export type { Language, Messages };

/** The texts of every language; `Messages` makes each complete. */
const MESSAGES = { en, es } as const satisfies Record<Language, Messages>;

const SAYINGS: Readonly<Record<Language, (sentence: string) => readonly Piece[]>> = {
  en: (sentence) => [{ text: sentence, english: true }],
  es: createTranslator(sentencesEs),
};

/** Languages by the name that their speakers give them. */
export const LANGUAGES: Readonly<Record<Language, string>> = { en: 'English', es: 'Español' };

export const language = signal<Language>(initialLanguage());
export const messages = computed<Messages>(() => MESSAGES[language.value]);
/** What the engine says, in English, as the page says it. */
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
