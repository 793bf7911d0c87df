import { itemAt } from './items.js';

/**
 * Seeded random numbers, the same on every device, since only 32-bit integers are used.
 * The generator is xoshiro128** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021). Its state is filled from the
 * seed by splitmix32, the 32-bit finalizer of MurmurHash3 on a Weyl sequence.
 */
export class Xoshiro128 {
  #state: Uint32Array;

  /** @param state four numbers, not all 0. */
  constructor(state: readonly [number, number, number, number]) {
    this.#state = Uint32Array.from(state);
  }

  /** The generator of a seed, an integer of which the lower 32 bits count. */
  static fromSeed(seed: number): Xoshiro128 {
    let weyl = seed | 0;
    const next = () => {
      weyl = (weyl + 0x9e3779b9) | 0;
      let mixed = Math.imul(weyl ^ (weyl >>> 16), 0x85ebca6b);
      mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
      return (mixed ^ (mixed >>> 16)) >>> 0;
    };
    return new Xoshiro128([next(), next(), next(), next()]);
  }

  /** The next integer from 0 to 2^32 - 1. */
  next(): number {
    const s = this.#state;
    const [a, b, c, d] = [s[0]!, s[1]!, s[2]!, s[3]!];
    s[0] = a ^ d ^ b;
    s[1] = b ^ c ^ a;
    s[2] = c ^ a ^ (b << 9);
    s[3] = rotate(d ^ b, 11);
    return Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
  }

  /** The next number in [0, 1), a multiple of 2^-32. */
  uniform(): number {
    return this.next() / 2 ** 32;
  }

  /** The next standard normal number, from two uniform ones (Box and Muller, 1958). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** The next integer from 0 to `bound` - 1, all equally likely. Draws above the last multiple of `bound` are repeated. */
  below(bound: number): number {
    const largest = 2 ** 32 - (2 ** 32 % bound);
    let draw = this.next();
    while (draw >= largest) {
      draw = this.next();
    }
    return draw % bound;
  }

  /** These items in random order (Fisher and Yates). */
  shuffle(items: Uint32Array): Uint32Array {
    const shuffled = items.slice();
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const item = itemAt(shuffled, i);
      shuffled[i] = itemAt(shuffled, j);
      shuffled[j] = item;
    }
    return shuffled;
  }
}

function rotate(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}
