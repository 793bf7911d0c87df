import type { GateReader } from '../ops/operator.js';

/**
 * The linear region of a path around one of its points. Inside the region a margin m is affine in alpha. Its values at the point (alpha)
 * and at the point's twin (beta) give its zero, alpha + (beta - alpha) m(alpha) / (m(alpha) - m(beta)). The nearest zeros on both sides are
 * the ends of the region. A margin with the same value at both points never reaches 0.
 */
export class RegionReader implements GateReader {
  lower = 0;
  upper = 1;
  /** FNV-1a (Fowler, Noll, Vo) over the pieces of all units. */
  gates = 0x811c9dc5;
  readonly #alpha: number;
  readonly #span: number;

  constructor(alpha: number, twin: number) {
    this.#alpha = alpha;
    this.#span = twin - alpha;
  }

  gate(piece: number): void {
    this.gates = Math.imul(this.gates ^ piece, 0x01000193) >>> 0;
  }

  margin(atSample: number, atTwin: number): void {
    const fall = atSample - atTwin;
    if (fall === 0) return;
    const zero = this.#alpha + (this.#span * atSample) / fall;
    if (fall > 0 === this.#span > 0) this.upper = Math.min(this.upper, zero);
    else this.lower = Math.max(this.lower, zero);
  }
}
