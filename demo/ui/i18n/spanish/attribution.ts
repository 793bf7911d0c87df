import { decimal, shape, type Table } from './table.js';

const WHAT = { image: 'imagen', baseline: 'línea base', attribution: 'atribución' } as const;
const ROLES = { target: ' deseada', contrast: ' de contraste' } as const;

/** What is asked of a network. */
export const attribution = {
  'class.unknown': (v) =>
    `la clase${v.role === null ? '' : ROLES[v.role]} ${v.class} no existe (de 0 a ${v.classes - 1}${v.labels ? ', o uno de los nombres' : ''})`,
  'class.ambiguous': (v) =>
    `la clase ${v.class} puede ser ${v.meant.map(({ index, label }) => `${index} «${label}»`).join(' o ')} (se espera ${v.meant.map(({ index }) => `index:${index}`).join(' o ')})`,
  'class.contrast-is-target': (v) => `la clase de contraste ${v.class} es la misma que se explica (elija otra clase)`,
  'image.numbers': (v) => `una ${WHAT[v.what]} de ${v.numbers} números (se esperan ${v.wanted}, como la entrada de la red)`,
  'image.not-finite': (v) => `la ${WHAT[v.what]} contiene ${v.value} en el elemento ${v.element} (se esperan números finitos)`,
  'output.no-number': (v) =>
    `la red no dio ningún número para la ${WHAT[v.of]}: ${v.class === null ? 'una salida' : `su salida para la clase ${v.class}`} es ${v.value} (${v.of === 'image' ? 'se espera una imagen para la que se hizo la red' : 'elija otra línea base'})`,
  'map.no-number': (v) =>
    `el método ${v.method} no dio ningún número para el elemento ${v.element} de la imagen: ${v.value} (elija otro método, u otra línea base)`,
  'images.options': (v) => `${v.given} valores de ${v.option} para ${v.images} imágenes (se espera uno por imagen)`,
  'figure.pixels': (v) =>
    `${v.what}: ${v.pixels} píxeles para una imagen de ${shape(v.size)} (se esperan ${v.wanted}, con los canales sumados)`,
  'figure.patches': (v) => `una atribución de ${v.pixels} píxeles (se esperan ${v.wanted}, como en los parches)`,
  'plan.no-gpu': () => 'el plan fused necesita una GPU, y no hay ninguna (use auto)',
  'precision.no-gpu': () => 'la precisión mixed necesita una GPU, y no hay ninguna (use f32)',
  'precision.fused': () => 'la precisión mixed con el plan fused, que guarda todos los números en 32 bits (use el plan auto o layered)',
  'baseline.not-finite': (v) => `la línea base ${v.baseline} (se espera un número finito)`,
  'baseline.numbers': (v) => `una línea base de ${v.numbers} números (se esperan ${v.wanted}, como en la imagen)`,
  'baseline.unknown': (v) => `la línea base ${v.baseline} no existe (se espera ${v.known.join(', ')}, un número o un archivo .npy)`,
  'baseline.count': (v) => `${v.baselines} líneas base (se espera un entero desde 1)`,
  'baseline.in-set': (v) => `la línea base ${v.index} tiene ${v.numbers} números (se esperan ${v.wanted}, como la entrada de la red)`,
  'rule.unknown': (v) => `la regla ${v.rule} no existe (se espera ${v.known.join(', ')})`,
  'rule.steps': (v) => `${v.steps} pasos con la regla ${v.rule} (se espera un entero de ${v.least} a ${v.most})`,
  'rule.with-method': (v) => `la regla ${v.rule} con el método ${v.method} (sin regla)`,
  'rule.exact': (v) => `la regla ${v.rule} con pasos exactos (sin regla, o con un número de pasos)`,
  'rule.auto': (v) => `pasos automáticos con la regla ${v.rule} (se espera una de ${v.nested.join(', ')})`,
  'steps.with-method': (v) => `pasos ${v.steps} con el método ${v.method} (se espera un entero de 1 a ${v.most})`,
  'steps.smoothing': (v) => `suavizado con pasos ${v.steps} (se espera un número de pasos)`,
  'steps.tolerance': (v) => `una tolerancia de ${decimal(v.tolerance)} (se espera un número entre 0 y 1)`,
  'steps.tolerance-without-auto': (v) => `una tolerancia de ${decimal(v.tolerance)} con ${v.steps} pasos (se esperan pasos automáticos)`,
  'steps.most': (v) => `como mucho ${v.most} pasos (se esperan ${v.least} o más)`,
  'exact.too-many-regions': (v) =>
    `el camino tiene más regiones lineales de las que ${v.evaluations} evaluaciones encuentran: ${'covered' in v.found ? `el ${(100 * v.found.covered).toFixed(1).replace('.', ',')} % del camino está cubierto` : `se esperan unas ${v.found.expected}`} (use pasos automáticos o fijos)`,
  'method.unknown': (v) => `el método ${v.method} no existe (se espera ${v.known.join(', ')})`,
  'method.no-baselines': () => 'gradientes esperados sin líneas base (se espera un conjunto, o su número)',
  'method.no-space': () => 'este método debe conocer los píxeles de sus imágenes (la opción space)',
  'method.no-network': () => 'este método debe conocer las capas de la red (la opción network)',
  'method.composite': (v) => `la composición ${v.composite} (se espera una de ${v.known.join(', ')})`,
  'method.above-0': (v) => `${v.option} ${decimal(v.value)} (se espera más de 0 y como mucho ${v.most})`,
  'method.layer-and-layers': (v) => `la capa «${v.layer}» junto con las capas ${v.layers.join(', ')} (se espera una cosa u otra)`,
  'method.layers': (v) => `las capas ${JSON.stringify(v.layers)} (se esperan nombres de capas, cada uno una vez)`,
  'method.window-and-patch': () => 'una ventana o un paso junto con parches (se espera uno de ellos)',
  'method.blur': (v) => `un desenfoque de ${decimal(v.pixels)} píxeles (se espera más de 0 y como mucho ${v.most})`,
  'method.fraction': (v) => `una fracción de ${decimal(v.fraction)} (se espera más de 0 y como mucho 1)`,
  'method.distance': (v) => `una distancia de ${decimal(v.distance)} como mucho (se espera de 0 a 1)`,
  'method.pixels': (v) => `${v.option} de ${v.pixels} píxeles (se espera un entero de 1 a ${v.most})`,
  'smooth.sigma-alone': (v) => `una sigma de ${decimal(v.sigma)} sin suavizado (indique también el número de copias)`,
  'smooth.variance-alone': () => 'la varianza de ninguna copia (indique también el número de copias)',
  'smooth.copies': (v) => `${v.copies} copias con ruido (se espera un entero desde ${v.least})`,
  'smooth.sigma': (v) => `una sigma de ${decimal(v.sigma)} (se espera más de 0)`,
  'percentages.lengths': (v) => `como mucho ${v.most} longitudes (se espera un entero mayor que 1)`,
} as const satisfies Partial<Table>;
