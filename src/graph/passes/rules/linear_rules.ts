/**
 * Rules for a layer z = W x + b that propagate relevance by other weights. Each is a sum of terms a (W_a^T (R / D)) over parts a of the input, where D is
 * the sum of all W_a a + b_a, kept away from 0.
 */
export type LinearRule = { readonly epsilon: number } & (
  | { readonly kind: 'z-plus' | 'flat' | 'w-square' | 'z-box' }
  | { readonly kind: 'gamma'; readonly gamma: number }
  | { readonly kind: 'alpha-beta'; readonly alpha: number; readonly beta: number }
);

/** A part of the input: all of it, what is above or below 0, ones, or an end of its range. */
export type Part = 'whole' | 'positive' | 'negative' | 'ones' | 'low' | 'high';

export interface Term {
  readonly part: Part;
  /** From a weight, the weight of the term. */
  readonly weight: (weight: number) => number;
  /** From a bias, the term's. Absent where it has none. */
  readonly bias?: (bias: number) => number;
}

/** Terms with a denominator of their own. */
export interface TermGroup {
  readonly terms: readonly Term[];
  /** How much of the relevance they have. */
  readonly factor: number;
  /** Of which outputs. */
  readonly of: 'all' | 'positive' | 'negative';
}

const above = (value: number) => Math.max(value, 0);
const below = (value: number) => Math.min(value, 0);
const always = (terms: readonly Term[], factor = 1): TermGroup => ({ terms, factor, of: 'all' });

/** What adds to z, from inputs of both signs; and what takes from it. */
const RAISING: readonly Term[] = [
  { part: 'positive', weight: above, bias: above },
  { part: 'negative', weight: below },
];
const LOWERING: readonly Term[] = [
  { part: 'positive', weight: below, bias: below },
  { part: 'negative', weight: above },
];

/** The terms of a rule. */
export function termsOf(rule: LinearRule): readonly TermGroup[] {
  switch (rule.kind) {
    case 'z-plus':
      return [always(RAISING)];
    case 'alpha-beta':
      return [always(RAISING, rule.alpha), always(LOWERING, -rule.beta)];
    case 'gamma': {
      const favouring = (part: (value: number) => number) => (value: number) => value + rule.gamma * part(value);
      const [up, down] = [favouring(above), favouring(below)];
      return [
        {
          of: 'positive',
          factor: 1,
          terms: [
            { part: 'positive', weight: up, bias: up },
            { part: 'negative', weight: down },
          ],
        },
        {
          of: 'negative',
          factor: 1,
          terms: [
            { part: 'positive', weight: down, bias: down },
            { part: 'negative', weight: up },
          ],
        },
      ];
    }
    case 'flat':
      return [always([{ part: 'ones', weight: () => 1 }])];
    case 'w-square':
      return [always([{ part: 'ones', weight: (weight) => weight ** 2, bias: (bias) => bias ** 2 }])];
    case 'z-box':
      // z - W+ low - W- high, whose biases cancel.
      return [
        always([
          { part: 'whole', weight: (weight) => weight },
          { part: 'low', weight: (weight) => -above(weight) },
          { part: 'high', weight: (weight) => -below(weight) },
        ]),
      ];
  }
}
