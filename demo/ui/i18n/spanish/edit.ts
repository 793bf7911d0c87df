import { decimal, rounded, type Table } from './table.js';

type Count = Parameters<Table['edit.lost-in-8-bits']>[0]['changed'];
type Tried = Parameters<Table['proof.none']>[0];

const counted = ({ count, single }: Count) =>
  `${count} ${single ? (count === 1 ? 'píxel' : 'píxeles') : count === 1 ? 'parche' : 'parches'}`;
const chosen = (of: number | null) => (of === null ? 'del orden' : `elegidos de ${of}`);

function allTried({ tried, size, single }: Tried): string {
  const changes = single ? 'inversiones' : 'parches';
  return size === 1
    ? `se probaron todos los cambios de uno en uno (${tried} ${changes})`
    : `se probaron todos los pares (${tried}) de ${changes}`;
}

/** Edits, and what became of attempts to repair. */
export const edit = {
  'repair.strategy': (v) => `no hay ninguna estrategia ${v.strategy} (se espera auto, ${v.known.join(', ')})`,
  'repair.paint-sign': (v) => `la estrategia ${v.strategy} con la pintura sign (se espera una de ${v.signed.join(', ')}, u otra pintura)`,
  'repair.seed': (v) => `la semilla ${decimal(v.seed)} (se espera un entero)`,
  'repair.most-pixels': (v) => `como mucho ${v.pixels} píxeles (se espera un entero mayor que 0)`,
  'repair.prove': (v) => `una prueba con todos los conjuntos de hasta ${v.patches} parches (se espera 0, 1 o 2)`,
  'repair.beam': (v) => `un haz de ${v.sets} conjuntos (se espera un entero mayor que 0)`,
  'repair.percent': (v) => `un porcentaje de ${decimal(v.percent)} (se espera más de 0, como mucho 100, o search)`,
  'problem.image': (v) =>
    `una imagen de ${v.numbers} números con ${v.pixels} píxeles de ${v.channels} canales (la red toma ${v.wanted} números)`,
  'problem.patches': (v) =>
    `${v.patches} parches con ${v.labels} etiquetas (se espera una menor que ${v.patches} para cada uno de los ${v.pixels} píxeles)`,
  'problem.colour': (v) => `${v.colour} contiene ${v.numbers} números (se espera uno por cada uno de los ${v.channels} canales)`,
  'edit.found': (v) =>
    `${counted(v.changed)} cambiado${v.changed.count === 1 ? '' : 's'}${v.percent === null ? '' : ` (${rounded(v.percent)} % del orden)`}${v.pruned === null ? '' : `, podados a ${v.pruned}`}${v.minimal ? '' : ', sin saber si es mínimo'}`,
  'edit.nothing-to-do': (v) => `la imagen ya se lee como la clase ${v.class}: no hay nada que cambiar`,
  'edit.too-many-pixels': (v) => `el cambio afecta a ${v.pixels} píxeles tras podar, más de los ${v.most} permitidos`,
  'edit.read-otherwise': (v) => `el ejecutor de referencia lee la clase ${v.class} en el cambio de ${counted(v.changed)}`,
  'edit.no-number': (v) => `la red no da ningún número para un cambio de ${counted(v.changed)}`,
  'edit.lost-in-8-bits': (v) => `el cambio de ${counted(v.changed)} no sobrevive a guardarse en 8 bits y volver a leerse`,
  'skipped.one-pixel': () => 'omitida: un píxel no se puede mejorar',
  'skipped.one-patch': () => 'omitida: un parche no se puede mejorar',
  'skipped.no-signs': () => 'omitida: solo un mapa de contribuciones da signos con los que pintar',
  'skipped.last-resort': () => 'omitida: solo se prueba donde ninguna otra lo logra',
  'map.not-finite': () => 'el mapa contiene números que no son finitos',
  'map.zero-gradient': () =>
    'el gradiente es cero en todos los píxeles: ninguna unidad de la que depende la clase responde a un cambio pequeño de esta imagen',
  'map.zero': () =>
    'la atribución es cero en todos los píxeles: la imagen es igual a la línea base, o el gradiente se anula en todo el camino entre ambas',
  'map.nothing-against': () => 'nada en el mapa habla contra la clase',
  'search.nothing-changes': () => 'nada cambiaría de color',
  'search.none-changes': (v) => `nada de lo que se pintaría (${counted(v.painted)}) cambiaría de color`,
  'search.budget-in-round': (v) =>
    `el presupuesto se acabó en la ronda ${v.round}, tras ${v.candidates} candidatos; la mayor probabilidad de la clase entre ellos es ${rounded(v.best)}`,
  'search.no-set': (v) =>
    `ningún conjunto de hasta ${v.flips} inversiones de los probados llega a la clase; su mayor probabilidad entre ellos es ${rounded(v.best)}`,
  'search.budget': (v) =>
    `no se encontró: el presupuesto se acabó tras ${v.candidates} candidatos; la mayor probabilidad de la clase entre ellos es ${rounded(v.best)}`,
  'search.first': (v) =>
    `cambiar los primeros ${v.first} de ${counted(v.of)} no llega a la clase; su probabilidad es entonces ${rounded(v.best)}`,
  'search.budget-of-prefixes': (v) =>
    `el presupuesto se acabó tras ${v.tried} de los ${v.prefixes} prefijos ${chosen(v.of)}; la mayor probabilidad de la clase entre ellos es ${rounded(v.best)}`,
  'search.no-prefix': (v) =>
    `ninguno de los ${v.prefixes} prefijos ${chosen(v.of)} llega a la clase; su mayor probabilidad entre ellos es ${rounded(v.best)}`,
  'proof.smaller': (v) =>
    `prueba: ${allTried(v)}; ${counted(v.changed)} ${v.changed.count === 1 ? 'basta' : 'bastan'}${v.asked ? '' : ', pero se pidió otra estrategia'}`,
  'proof.none': (v) => `prueba: ${allTried(v)}; ninguna llega a la clase`,
  'proof.borderline': (v) => `sin prueba: ${allTried(v)}; hay más casos límite de los que se comprobaron`,
} as const satisfies Partial<Table>;
