import type { Control } from '../../../src/app.js';
import type { Language } from '../i18n/language.js';

export interface CurveTexts {
  /** @param side the size of a part; null before anything was measured. */
  readonly intro: (name: string, side: string | null, cover: string) => string;
  /** @param question what the maps were asked. */
  readonly target: (question: string, name: string) => string;
  readonly pixels: (side: number) => string;
  readonly measure: string;
  readonly measuring: (name: string) => string;
  readonly controls: Readonly<Record<Control, string>>;
  readonly control: string;
  readonly best: (name: string, read: string, deleted: string, inserted: string) => string;
  readonly random: (deleted: string, inserted: string) => string;
  readonly noBetter: (count: number, of: number) => string;
  readonly noneBetter: (name: string) => string;
  readonly stale: string;
  readonly deletion: string;
  readonly insertion: string;
  readonly removed: string;
  readonly inserted: string;
  readonly of: string;
  readonly chart: (what: string, name: string, area: string, random: string) => string;
  readonly table: string;
  readonly map: string;
  readonly gain: string;
  readonly low: string;
  readonly high: string;
  readonly show: (name: string) => string;
}

const en: CurveTexts = {
  intro: (name, side, cover) =>
    `A map that is right knows which parts speak for its class. The parts that it calls strongest${side === null ? '' : ` (${side})`} are removed first, until all have become the baseline (${cover}), and then they are put in first: the sooner the probability of ${name} falls, and rises, the better. A random order and the edges of the picture know nothing of the network.`,
  target: (question, name) =>
    `Maps and curves are of one class: the maps above are ${question}, and the curves show the probability of ${name}.`,
  pixels: (side) => (side === 1 ? 'single pixels' : `${side} × ${side} pixels`),
  measure: 'Measure these maps',
  measuring: (name) => `Measuring ${name}`,
  controls: { random: 'Random order', edges: 'Edges of the picture' },
  control: 'control',
  best: (name, read, deleted, inserted) =>
    `Best on this picture: ${name}. While its strongest parts are removed, the probability of ${read} is ${deleted} on average; while they are put in, ${inserted}.`,
  random: (deleted, inserted) => `In a random order: ${deleted} and ${inserted}.`,
  noBetter: (count, of) =>
    count === 0
      ? `All ${of} maps are better than a random order.`
      : `${count} of ${of} maps ${count === 1 ? 'is' : 'are'} no better than a random order.`,
  noneBetter: (name) =>
    `No map is better than a control that knows nothing of the network (${name}): on this picture, these curves speak for none of them.`,
  stale: 'These curves are of another picture or of other settings.',
  deletion: 'Deletion: strongest parts removed first',
  insertion: 'Insertion: strongest parts put in first',
  removed: 'share removed',
  inserted: 'share put in',
  of: 'Probability',
  chart: (what, name, area, random) => `${what}. Area under the curve of ${name}: ${area}; in a random order: ${random}.`,
  table: 'Areas under the curves',
  map: 'Map',
  gain: 'Difference',
  low: 'low is good',
  high: 'high is good',
  show: (name) => `Show the curves of ${name}`,
};

const es: CurveTexts = {
  intro: (name, side, cover) =>
    `Un mapa que acierta sabe qué partes hablan por su clase. Las partes que llama más fuertes${side === null ? '' : ` (${side})`} se quitan primero, hasta que todas son la línea base (${cover}), y después se ponen primero: cuanto antes baje, y suba, la probabilidad de ${name}, mejor. Un orden al azar y los bordes de la imagen no saben nada de la red.`,
  target: (question, name) =>
    `Los mapas y las curvas son de una misma clase: los mapas de arriba son ${question}, y las curvas muestran la probabilidad de ${name}.`,
  pixels: (side) => (side === 1 ? 'píxeles sueltos' : `${side} × ${side} píxeles`),
  measure: 'Medir estos mapas',
  measuring: (name) => `Midiendo ${name}`,
  controls: { random: 'Orden al azar', edges: 'Bordes de la imagen' },
  control: 'control',
  best: (name, read, deleted, inserted) =>
    `El mejor en esta imagen: ${name}. Mientras se quitan sus partes más fuertes, la probabilidad de ${read} es ${deleted} de media; mientras se ponen, ${inserted}.`,
  random: (deleted, inserted) => `En un orden al azar: ${deleted} y ${inserted}.`,
  noBetter: (count, of) =>
    count === 0
      ? `Los ${of} mapas son mejores que un orden al azar.`
      : `${count} de ${of} mapas no ${count === 1 ? 'es mejor' : 'son mejores'} que un orden al azar.`,
  noneBetter: (name) =>
    `Ningún mapa supera a un control que no sabe nada de la red (${name}): en esta imagen estas curvas no hablan por ninguno.`,
  stale: 'Estas curvas son de otra imagen o de otros ajustes.',
  deletion: 'Borrado: primero se quitan las partes más fuertes',
  insertion: 'Inserción: primero se ponen las partes más fuertes',
  removed: 'parte quitada',
  inserted: 'parte puesta',
  of: 'Probabilidad',
  chart: (what, name, area, random) => `${what}. Área bajo la curva de ${name}: ${area}; en un orden al azar: ${random}.`,
  table: 'Áreas bajo las curvas',
  map: 'Mapa',
  gain: 'Diferencia',
  low: 'baja es buena',
  high: 'alta es buena',
  show: (name) => `Mostrar las curvas de ${name}`,
};

export const CURVE_TEXTS: Readonly<Record<Language, CurveTexts>> = { en, es };
