import { layoutOf, quadsOf } from '../../src/gpu/compile/layout.js';
import type { Rung } from './rungs.js';

/** Where an element of a sample lies in blocks of quads. */
function placeOf(samples: number, elements: number): (sample: number, element: number) => number {
  const { lanes } = layoutOf(samples);
  return (sample, element) => {
    const quad = Math.floor(sample / 4);
    return 4 * ((Math.floor(quad / lanes) * elements + element) * lanes + (quad % lanes)) + (sample % 4);
  };
}

export function toLayout(rows: Float32Array, layout: Rung['layout'], samples: number, elements: number): Float32Array {
  if (layout === 'rows') return rows;
  const place = placeOf(samples, elements);
  const laid = new Float32Array(4 * quadsOf(layoutOf(samples)) * elements);
  rows.forEach((value, i) => {
    laid[place(Math.floor(i / elements), i % elements)] = value;
  });
  return laid;
}

export function fromLayout(laid: Float32Array, layout: Rung['layout'], samples: number, elements: number): Float32Array {
  if (layout === 'rows') return laid;
  const place = placeOf(samples, elements);
  return Float32Array.from({ length: samples * elements }, (_, i) => laid[place(Math.floor(i / elements), i % elements)]!);
}

export function distance(a: Float32Array, b: Float32Array): number {
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    norm += b[i]! ** 2;
  }
  return Math.sqrt(difference / norm);
}
