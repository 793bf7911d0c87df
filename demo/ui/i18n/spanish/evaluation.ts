import { rounded, type Table } from './table.js';

/** Measures of maps. */
export const evaluation = {
  'evaluation.metric': (v) => `la medida ${v.metric} no existe (se espera all, o ${v.known.join(', ')})`,
  'evaluation.method': (v) =>
    `el método ${v.method} no existe (se espera all, o ${v.known.join(', ')}; con línea base: ig@${v.baselines[0]})`,
  'evaluation.no-baseline': (v) => `el método ${v.method} tiene su propia línea base (sin línea base tras @)`,
  'evaluation.needs-option': (v) => `el método ${v.method} necesita la opción ${v.option} (se comparan los métodos que no la necesitan)`,
  'evaluation.baseline': (v) => `lo que se quita no puede volverse ${v.baseline} (se espera ${v.known.join(', ')})`,
  'evaluation.nothing': () => 'no hay nada que medir (se espera al menos una imagen, un método y una medida)',
  'evaluation.best': (v) =>
    v.pictures === 1
      ? `De los métodos medidos, ${v.method} tiene el mejor valor de ${v.metric} en esta imagen: ${rounded(v.mean)}`
      : `De los métodos medidos, ${v.method} tiene el mejor valor de ${v.metric}: ${rounded(v.mean)} de media en ${v.pictures} imágenes (intervalo del 95 %: de ${rounded(v.low)} a ${rounded(v.high)})`,
  'evaluation.unsure': (v) =>
    v.controlled
      ? `${v.pictures === 1 ? 'Una sola imagen no basta' : `${v.pictures} imágenes no bastan`} para distinguir los métodos: dé ${v.fewest} o más`
      : 'No se midieron mapas que no saben nada de la red, así que no se sabe si algún mapa es mejor que el azar',
  'evaluation.sure': (v) =>
    [
      v.next === null ? '' : `${v.clear ? 'Es claramente' : 'No es claramente'} mejor que el siguiente, ${v.next}`,
      v.failing.length === 0
        ? 'todos los métodos superan a un mapa al azar y a los bordes de la imagen'
        : v.all
          ? 'ningún método supera a la vez a un mapa al azar y a los bordes de la imagen: no se fíe de ninguno con esta red'
          : `${v.failing.join(', ')} no ${v.failing.length === 1 ? 'supera' : 'superan'} a la vez a un mapa al azar y a los bordes de la imagen: no se fíe con esta red`,
    ]
      .filter((part) => part !== '')
      .join('; '),
  'evaluation.cost': (v) => `Un mapa con ${v.method} tardó ${rounded(v.milliseconds)} ms`,
} as const satisfies Partial<Table>;
