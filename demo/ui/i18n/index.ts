import { computed, effect, signal } from '@preact/signals';
import type { Said } from '../../../src/app.js';
import { createFormat } from '../lib/format.js';
import { readPreference, writePreference } from '../lib/preferences.js';
import { en, type Messages } from './en.js';
import { type Language, TAGS } from './language.js';
import type { Piece } from './piece.js';

export type { Language, Messages };

/** What the page says in a language, and how it says the sentences of the engine, which are English. */
interface Texts {
  readonly messages: Messages;
  readonly say: (said: Said) => readonly Piece[];
}

/** The name of each language, in that language. */
export const LANGUAGES: Readonly<Record<Language, string>> = { en: 'English', es: 'Español' };

const ENGLISH: Texts = { messages: en, say: ({ message }) => [{ text: message, english: true }] };

/** The texts of the languages that were asked for by now. Every visitor has English; the others are loaded when they are chosen. */
const loaded = signal<Partial<Record<Language, Texts>>>({ en: ENGLISH });

/** The language that the browser asks for. */
export const LANGUAGE_OF_BROWSER: Language = firstKnown(navigator.languages) ?? 'en';
/** The language that is chosen. */
export const language = signal<Language>(firstKnown([readPreference('language')]) ?? LANGUAGE_OF_BROWSER);

const texts = computed(() => loaded.value[language.value] ?? ENGLISH);
/** The language that is shown: the chosen one, once its texts are loaded. */
export const shownLanguage = computed<Language>(() => (loaded.value[language.value] === undefined ? 'en' : language.value));

export const messages = computed<Messages>(() => texts.value.messages);
/** Says a sentence of the engine in the page's language. */
export const sayings = computed(() => texts.value.say);
/** What the page calls a strategy. */
export function strategyName(name: string | null): string {
  const names: Readonly<Record<string, string>> = messages.value.fix.strategies;
  return name === null ? messages.value.none : (names[name] ?? name);
}
export const format = computed(() => createFormat(shownLanguage.value));

effect(() => {
  document.documentElement.lang = shownLanguage.value;
  document.title = messages.value.title;
});

effect(() => {
  writePreference('language', language.value);
  void loadLanguage();
});

/** Loads the texts of the chosen language. The page stays English where they cannot be loaded. */
export async function loadLanguage(): Promise<void> {
  const wanted = language.peek();
  if (wanted === 'en' || loaded.peek()[wanted] !== undefined) return;
  try {
    const { es, sayInSpanish } = await import('./spanish_texts.js');
    loaded.value = { ...loaded.peek(), es: { messages: es, say: sayInSpanish } };
  } catch {
    // The next choice of the language tries again.
  }
}

function firstKnown(tags: readonly (string | undefined)[]): Language | undefined {
  return TAGS.find((name) => name === tags.map((tag) => tag?.slice(0, 2)).find((tag) => TAGS.some((known) => known === tag)));
}
