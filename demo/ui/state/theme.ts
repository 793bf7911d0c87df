import { effect, signal } from '@preact/signals';
import { readPreference, writePreference } from '../lib/preferences.js';

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const kept = readPreference('theme') as Theme | undefined;

export const theme = signal<Theme>(kept !== undefined && THEMES.includes(kept) ? kept : 'auto');

const prefersDark = matchMedia('(prefers-color-scheme: dark)');
const systemIsDark = signal(prefersDark.matches);
prefersDark.addEventListener('change', ({ matches }) => {
  systemIsDark.value = matches;
});

/** Whether the page is dark now. Canvases and charts choose their colours by it. */
export const isDark = () => (theme.value === 'auto' ? systemIsDark.value : theme.value === 'dark');

effect(() => {
  document.documentElement.dataset.theme = theme.value;
  writePreference('theme', theme.value);
});
