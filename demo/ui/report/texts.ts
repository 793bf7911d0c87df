import { ADVERSARIAL, captionOf, howFound, nameClass, outcomeOf, type RepairMap, type ReportWords, sizeClaim } from '../../../src/app.js';
import type { Attempt, Repair, Session } from '../../../src/index.js';
import type { Language } from '../i18n/language.js';

type Names = Pick<Session, 'label'>;

/** What `report.html` says of one repair. */
export interface ReportTexts {
  /** The words around it; undefined: the renderer's own, which are English. */
  readonly words?: ReportWords;
  nameOf(names: Names, index: number): string;
  title(repaired: boolean): string;
  intro(about: { readonly model: string; readonly input: string; readonly read: string; readonly wanted: string }): string;
  /** How the edit was found, and whether the map that is shown took part; null where nothing was changed. */
  how(repair: Repair): string | null;
  readonly mapIsShown: string;
  readonly adversarial: string;
  caption(input: string, read: string): string;
  claim(repair: Repair): string;
  mapOf(names: Names, repair: Repair, map: RepairMap): string;
  outcome(attempt: Attempt): string;
  readonly notes: readonly string[];
  madeOn(device: { readonly kind: string; readonly adapter: string }): string;
}

const en: ReportTexts = {
  nameOf: nameClass,
  title: (repaired) => `A misread picture, and ${repaired ? 'the edit that repairs it' : 'what was tried on it'}`,
  intro: ({ model, input, read, wanted }) =>
    `${model} reads ${input} as ${read}. Edits were tried, so that the network reads it as ${wanted}.`,
  how: (repair) => {
    const how = howFound(repair);
    return how === null ? null : `The edit was ${how}.${repair.map === null ? ' The map that is shown took no part in the search.' : ''}`;
  },
  mapIsShown: 'The map shows what attribution says of the picture.',
  adversarial: ADVERSARIAL,
  caption: (input, read) => `${input}: read as ${read}`,
  claim: (repair) => `The edit is ${sizeClaim(repair)}.`,
  mapOf: captionOf,
  outcome: outcomeOf,
  notes: [
    'The edit was verified twice: by a float64 executor on the CPU, and after the edited picture was taken as 8-bit pixels.',
    'In an attribution, red pixels speak for the class and blue ones against it. Where the strategy needs no map, that of the contrast is shown, which took no part in the search.',
    '"The smallest" is said only where all smaller sets of flips to the opposite colour were tried; otherwise an edit is only known to be minimal: no one pixel of it can be undone.',
  ],
  madeOn: ({ kind, adapter }) => `Made in a browser, on ${kind === 'cpu' ? 'the CPU' : kind} (${adapter}).`,
};

const OUTCOMES = { repaired: 'corregido', skipped: 'omitido', proof: 'prueba', no: 'no' } as const;
const spanishName = (names: Names, index: number) => names.label(index) ?? `la clase ${index}`;

const es: ReportTexts = {
  words: {
    language: 'es',
    percent: (number) => `${number} %`,
    repairedOf: (repaired, rows) => `${repaired} de ${rows} corregidas`,
    notes: 'Notas',
    cases: 'Casos',
    readAs: (label) => `leída como ${label}`,
    caseOf: (trueLabel, label) => `${trueLabel}, leída como ${label}`,
    verdict: ({ trueLabel, before, after }) =>
      after === null
        ? `Es ${trueLabel} y se lee como ${before}; no se encontró ningún cambio.`
        : `Es ${trueLabel} y se lee como ${before}; después del cambio, como ${after}.`,
    original: 'Original',
    modified: 'Cambiada',
    attribution: 'Atribución',
    noModified: 'No hay imagen cambiada',
    notRepaired: 'sin corregir',
    noneFound: 'no se encontró',
    against: 'habla en contra',
    for: 'habla a favor',
    probabilities: (trueLabel) => `Probabilidades; lo cierto es ${trueLabel}`,
    strategy: 'Estrategia',
    percentage: 'Porcentaje',
    beforePruning: (percent) => `${percent}, antes de podar`,
    pixelsChanged: 'Píxeles cambiados',
    attempts: 'Intentos',
    tried: 'Lo que se probó, en este orden',
    columns: ['Estrategia', 'Resultado', 'Porcentaje', 'Píxeles', 'Candidatos', 'ms', 'Qué pasó'],
  },
  nameOf: spanishName,
  title: (repaired) => `Una imagen mal leída y ${repaired ? 'el cambio que la corrige' : 'lo que se probó con ella'}`,
  intro: ({ model, input, read, wanted }) =>
    `${model} lee ${input} como ${read}. Se probaron cambios para que la red la lea como ${wanted}.`,
  how: ({ strategy, map, changedPatches }) => {
    if (strategy === null || changedPatches === 0) return null;
    if (map !== null) {
      return 'El cambio se halló por atribución: un mapa ordenó los píxeles, se cambiaron cada vez más, y se deshizo lo que la clase no necesita.';
    }
    const tried =
      strategy === 'random'
        ? 'se invirtieron píxeles en órdenes al azar, y se deshizo lo que la clase no necesita'
        : 'se probaron inversiones una a una, y se guardaron las que más acercan la clase';
    return `El cambio se halló probando, no por atribución: ${tried}. El mapa que se enseña no intervino en la búsqueda.`;
  },
  mapIsShown: 'El mapa enseña lo que la atribución dice de la imagen.',
  adversarial:
    'Un cambio pequeño es adversario: es lo mínimo que cambia la respuesta de esta red, y no tiene por qué parecerse a nada para una persona. Muestra lo cerca que estaba la red de otra respuesta, no lo que le falta a la imagen.',
  caption: (input, read) => `${input}: leída como ${read}`,
  claim: ({ minimal, provenMinimum, changedPatches, mask, patches }) => {
    const single = patches.count === mask.length;
    if (provenMinimum !== null && provenMinimum === changedPatches) {
      return `El cambio es el más pequeño: ningún conjunto menor de ${single ? 'inversiones' : 'zonas'} alcanza la clase.`;
    }
    return minimal
      ? `El cambio es mínimo: si se deshace ${single ? 'cualquiera de sus píxeles' : 'cualquiera de sus zonas'}, la clase se pierde.`
      : 'No se sabe si el cambio es mínimo.';
  },
  mapOf: (names, { target, before }, map) => {
    const contrast = map === 'contrast' || map === 'flipContrast' ? ` menos ${names.label(before.class) ?? before.class}` : '';
    return `${map === 'saliency' ? 'gradiente ' : ''}para ${spanishName(names, target)}${contrast}`;
  },
  outcome: (attempt) => OUTCOMES[outcomeOf(attempt)],
  notes: [
    'El cambio se comprobó dos veces: con un ejecutor de 64 bits en el procesador, y después de tomar la imagen cambiada como píxeles de 8 bits.',
    'En una atribución, los píxeles rojos hablan a favor de la clase y los azules en contra. Donde la estrategia no necesita mapa se enseña el del contraste, que no intervino en la búsqueda.',
    '«El más pequeño» se dice solo donde se probaron todos los conjuntos menores de inversiones al color opuesto; si no, solo se sabe que un cambio es mínimo: no se puede deshacer ninguno de sus píxeles.',
  ],
  madeOn: ({ kind, adapter }) =>
    `Hecho en un navegador, en ${kind === 'cpu' ? 'el procesador' : kind === 'gpu' ? 'la GPU' : 'un adaptador por software'} (${adapter}).`,
};

export const REPORT_TEXTS: Readonly<Record<Language, ReportTexts>> = { en, es };
