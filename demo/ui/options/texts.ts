import type { OptionName, PageOption } from '../../lib/options.js';
import type { Language } from '../i18n/language.js';

/** What the controls say beside the names of options. */
export interface OptionTexts {
  /** The label, and what the option does with its default. */
  readonly of: (option: PageOption) => readonly [label: string, hint: string];
  readonly standard: string;
  readonly standardIs: (name: string) => string;
  readonly whole: string;
  readonly patches: { readonly blocks: string; readonly superpixels: string; readonly mask: string };
  readonly side: string;
  readonly count: string;
  readonly chooseMask: string;
  readonly chooseImages: string;
  readonly dropHere: string;
  readonly files: (names: string) => string;
  readonly layer: (name: string, channels: string, rows: number, columns: number) => string;
  readonly wanted: (least: string, most: string) => string;
  readonly none: string;
  readonly reset: string;
}

/** English labels and hints are those that methods declare: a new option needs no line here. */
const en: OptionTexts = {
  of: ({ name, help }) => [
    name
      .replace(/^./, (letter) => letter.toUpperCase())
      .replace(/[A-Z](?=[a-z])/g, (letter, at) => (at === 0 ? letter : ` ${letter.toLowerCase()}`)),
    `${help.replace(/^./, (letter) => letter.toUpperCase()).replaceAll(/--([a-z])/g, '$1')}.`,
  ],
  standard: 'Default',
  standardIs: (name) => `Default: ${name}`,
  whole: 'On',
  patches: { blocks: 'Blocks', superpixels: 'Superpixels', mask: 'A mask picture' },
  side: 'Side in pixels',
  count: 'How many, about',
  chooseMask: 'Choose a mask',
  chooseImages: 'Choose pictures',
  dropHere: 'or drop it here: one colour for each region, saved without loss.',
  files: (names) => `From ${names}.`,
  layer: (name, channels, rows, columns) => `${name}: ${channels} channels of ${rows} × ${columns}`,
  wanted: (least, most) => `A number from ${least} to ${most}.`,
  none: 'This network has no layer with a plane.',
  reset: 'All defaults',
};

const SPANISH: Readonly<Record<OptionName, readonly [label: string, hint: string]>> = {
  baselines: ['Líneas base', 'Tantas imágenes de ruido, o imágenes y archivos .npy suyos (64 si el método las exige).'],
  samples: ['Muestras', 'Cuántas evaluaciones de la red (por defecto 2048; GradientSHAP: 64).'],
  noise: ['Ruido', 'Desviación del ruido sobre la imagen, como parte del rango del negro al blanco (por defecto 0).'],
  fraction: ['Fracción', 'Parte de los píxeles que se mueven a la vez (por defecto 0,25).'],
  maxDistance: ['Distancia máxima', 'Distancia al camino recto, de 0 a 1 (por defecto 0,02).'],
  blur: ['Desenfoque', 'Desviación del desenfoque más fuerte, en píxeles (por defecto 0,15 del lado mayor).'],
  composite: ['Compuesto', 'Qué regla rige en cada capa (por defecto epsilon-plus).'],
  epsilon: ['Épsilon', 'Aleja de 0 los denominadores de la regla épsilon (por defecto 0,000001).'],
  gamma: ['Gamma', 'Cuánto favorece la regla gamma las contribuciones con el signo de la salida (por defecto 0,25).'],
  layer: ['Capa', 'Un nodo de la red (por defecto la última convolución, o los últimos tokens antes de una atención).'],
  layers: ['Capas', 'Varias en lugar de una: la media de sus mapas, cada uno de 0 a 1.'],
  patch: ['Parche', 'Qué se tapa como un todo (por defecto bloques de 1/7 del lado menor; oclusión: ventanas).'],
  window: ['Ventana', 'Lado de la ventana en píxeles (por defecto 1/7 del lado menor).'],
  stride: ['Paso', 'De una ventana a la siguiente, en píxeles (por defecto media ventana).'],
  cells: ['Celdas', 'Celdas de una máscara a lo largo de cada eje (por defecto 7).'],
  keep: ['Visible', 'La probabilidad de que una celda se vea (por defecto 0,5).'],
  smooth: ['Suavizado', 'SmoothGrad: el mapa medio de tantas copias de la imagen con ruido.'],
  sigma: ['Sigma', 'Desviación del ruido, como parte del rango del negro al blanco (por defecto 0,1).'],
  variance: ['Varianza', 'VarGrad: la varianza de los mapas en lugar de su media.'],
  tolerance: ['Tolerancia', 'Error de cualquier píxel, relativo al mayor (por defecto 0,001).'],
  maxSteps: ['Pasos como mucho', 'Con cuántos pasos termina la búsqueda de más precisión.'],
  seed: ['Semilla', 'De todos los números aleatorios (por defecto 0).'],
};

const es: OptionTexts = {
  of: ({ name, help }) => (name in SPANISH ? SPANISH[name as OptionName] : [name, help]),
  standard: 'Por defecto',
  standardIs: (name) => `Por defecto: ${name}`,
  whole: 'Sí',
  patches: { blocks: 'Bloques', superpixels: 'Superpíxeles', mask: 'Una máscara' },
  side: 'Lado en píxeles',
  count: 'Cuántos, más o menos',
  chooseMask: 'Elegir una máscara',
  chooseImages: 'Elegir imágenes',
  dropHere: 'o suéltela aquí: un color por región, guardada sin pérdida.',
  files: (names) => `De ${names}.`,
  layer: (name, channels, rows, columns) => `${name}: ${channels} canales de ${rows} × ${columns}`,
  wanted: (least, most) => `Un número de ${least} a ${most}.`,
  none: 'Esta red no tiene capas con un plano.',
  reset: 'Todo por defecto',
};

export const OPTION_TEXTS: Readonly<Record<Language, OptionTexts>> = { en, es };
