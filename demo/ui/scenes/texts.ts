import type { Language } from '../i18n/index.js';

interface SceneTexts {
  readonly legend: string;
  readonly picture: (thing: string, read: string) => string;
  readonly honest: string;
}

/** The texts of the gallery, which are loaded with it. */
export const TEXTS: Readonly<Record<Language, SceneTexts>> = {
  en: {
    legend: 'Things in colour: what it is, and › what this network reads',
    picture: (thing, read) => `${thing}, read as ${read}`,
    honest:
      'Rendered by this project, 64 × 64; these are no photographs. Of the pictures that scenes-naive learned from, 98 in 100 showed a thing where it is at home: fish on water, cars on roads. Look at its map: does it look at the thing, or at the place?',
  },
  es: {
    legend: 'Cosas en color: qué es, y › qué lee esta red',
    picture: (thing, read) => `${thing}, se lee ${read}`,
    honest:
      'Imágenes calculadas por este proyecto, de 64 × 64; no son fotografías. De las imágenes con que aprendió scenes-naive, 98 de cada 100 mostraban una cosa en su sitio: peces en el agua, coches en la carretera. Mire su mapa: ¿mira la cosa o el lugar?',
  },
};
