import { computed } from '@preact/signals';
import { type Language, language } from '../i18n/index.js';
import { en, type OwnTexts } from './en.js';
import { es } from './es.js';

const TEXTS: Readonly<Record<Language, OwnTexts>> = { en, es };

/** What is said about the visitor's own network. */
export const texts = computed(() => TEXTS[language.value]);
