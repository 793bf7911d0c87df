import type { Language } from '../i18n/language.js';

export interface CloserTexts {
  readonly magnifier: string;
  readonly magnifierHelp: string;
  readonly nothing: string;
  readonly picture: string;
  readonly around: (what: string, x: number, y: number, value: string) => string;
  readonly regionsHelp: string;
  readonly count: string;
  readonly map: string;
  readonly label: (count: number, detail: string) => string;
  readonly region: (pixels: string, sum: string, share: string) => string;
  readonly point: string;
  readonly table: string;
  readonly where: string;
  readonly pixels: string;
  readonly sum: string;
  readonly at: (x: number, y: number) => string;
  readonly making: string;
}

const en: CloserTexts = {
  magnifier: 'Magnifier',
  magnifierHelp: 'The pixels around the one that is pointed at, with their values. Arrow keys move it.',
  nothing: 'Point at a map, or press an arrow key here.',
  picture: 'Picture',
  around: (what, x, y, value) => `${what} around column ${x}, row ${y}: ${value}`,
  regionsHelp:
    'The picture is cut into regions of like colour. Each has the sum of the map over its pixels: red speaks for the class, blue against it.',
  count: 'How many, about',
  map: 'Map',
  label: (count, detail) => `${count} regions, ${detail}. Arrow keys move from pixel to pixel.`,
  region: (pixels, sum, share) => `This region: ${pixels} pixels, ${sum} in all, ${share} of what all regions weigh.`,
  point: 'Point at a region, or choose one below.',
  table: 'The strongest regions',
  where: 'Middle (column, row)',
  pixels: 'Pixels',
  sum: 'Sum',
  at: (x, y) => `${x}, ${y}`,
  making: 'Cutting the picture into regions',
};

const es: CloserTexts = {
  magnifier: 'Lupa',
  magnifierHelp: 'Los píxeles alrededor del señalado, con sus valores. Las flechas la mueven.',
  nothing: 'Señale un mapa, o pulse aquí una flecha.',
  picture: 'Imagen',
  around: (what, x, y, value) => `${what} alrededor de la columna ${x}, fila ${y}: ${value}`,
  regionsHelp:
    'La imagen se corta en regiones de color parecido. Cada una tiene la suma del mapa sobre sus píxeles: el rojo habla por la clase, el azul en contra.',
  count: 'Cuántas, más o menos',
  map: 'Mapa',
  label: (count, detail) => `${count} regiones, ${detail}. Las flechas van de píxel en píxel.`,
  region: (pixels, sum, share) => `Esta región: ${pixels} píxeles, ${sum} en total, ${share} de lo que pesan todas.`,
  point: 'Señale una región, o elija una abajo.',
  table: 'Las regiones más fuertes',
  where: 'Centro (columna, fila)',
  pixels: 'Píxeles',
  sum: 'Suma',
  at: (x, y) => `${x}, ${y}`,
  making: 'Cortando la imagen en regiones',
};

export const CLOSER_TEXTS: Readonly<Record<Language, CloserTexts>> = { en, es };
