import { moduleBytes } from './wasm_module.js';

/**
 * Products of panels, as WebAssembly where that is there, since V8 keeps two float64 numbers in a register only for WebAssembly.
 * `addProduct` (add_product.ts) packs matrices into panels and adds what comes out to its result.
 */

/** Rows of a left panel and columns of a right one: 16 sums of float64, two in each of 8 registers. */
export const PANEL = 4;

/** Multiplies panels that lie in an array of its own. Positions and sizes are in elements. */
export interface PanelProduct {
  /** The array, with room for this many elements. What it held is lost where it had fewer. */
  room(elements: number): Float64Array;
  /**
   * For each of `panels` right panels, from `right` on: sums[r, c] = sum_k left[k, r] right[k, c]. Panels are [depth][PANEL], and the sums
   * [PANEL][PANEL], one panel's after another from `sums` on. `depth` and `panels` are at least 1.
   */
  multiply(size: { readonly panels: number; readonly depth: number }, left: number, right: number, sums: number): void;
}

/** The product in plain loops: the same sums in the same order, so the same numbers. */
export function plainProduct(): PanelProduct {
  let data = new Float64Array(0);
  return {
    room(elements) {
      if (data.length < elements) data = new Float64Array(elements);
      return data;
    },
    multiply({ panels, depth }, left, right, sums) {
      for (let panel = 0; panel < panels; panel++) {
        const [from, to] = [right + panel * depth * PANEL, sums + panel * PANEL * PANEL];
        for (let column = 0; column < PANEL; column += 2) multiplyColumns(data, depth, left, from + column, to + column);
      }
    },
  };
}

/** Two columns of sums: six loads serve eight multiply-adds. Each sum is a variable of its own, since V8 takes five times as long with arrays of them. */
function multiplyColumns(data: Float64Array, depth: number, left: number, right: number, sums: number): void {
  let s00 = 0;
  let s01 = 0;
  let s10 = 0;
  let s11 = 0;
  let s20 = 0;
  let s21 = 0;
  let s30 = 0;
  let s31 = 0;
  for (let k = 0, a = left, b = right; k < depth; k++, a += PANEL, b += PANEL) {
    const b0 = data[b]!;
    const b1 = data[b + 1]!;
    const a0 = data[a]!;
    const a1 = data[a + 1]!;
    const a2 = data[a + 2]!;
    const a3 = data[a + 3]!;
    s00 += a0 * b0;
    s01 += a0 * b1;
    s10 += a1 * b0;
    s11 += a1 * b1;
    s20 += a2 * b0;
    s21 += a2 * b1;
    s30 += a3 * b0;
    s31 += a3 * b1;
  }
  data[sums] = s00;
  data[sums + 1] = s01;
  data[sums + PANEL] = s10;
  data[sums + PANEL + 1] = s11;
  data[sums + 2 * PANEL] = s20;
  data[sums + 2 * PANEL + 1] = s21;
  data[sums + 3 * PANEL] = s30;
  data[sums + 3 * PANEL + 1] = s31;
}

/** The product in WebAssembly. Undefined where there is none, or where a page's policy allows none. */
export function wasmProduct(): PanelProduct | undefined {
  let memory: WebAssembly.Memory;
  let multiply: CallableFunction;
  try {
    memory = new WebAssembly.Memory({ initial: 1 });
    const instance = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes()), { m: { m: memory } });
    const { f } = instance.exports;
    if (typeof f !== 'function') return undefined;
    multiply = f;
  } catch {
    return undefined;
  }
  let data = new Float64Array(memory.buffer);
  const BYTES = Float64Array.BYTES_PER_ELEMENT;
  return {
    room(elements) {
      const missing = elements - data.length;
      if (missing > 0) {
        memory.grow(Math.ceil((missing * BYTES) / 65536));
        data = new Float64Array(memory.buffer);
      }
      return data;
    },
    multiply: ({ panels, depth }, left, right, sums) => {
      multiply(panels, depth, left * BYTES, right * BYTES, sums * BYTES);
    },
  };
}
