import type { Draw, GeneratedInput, GeneratedNode, Generator } from './generated_cases.js';

/** Two operands, both computed or one of them constant. */
function operands(draw: Draw, shapes: readonly (readonly number[])[]): GeneratedInput[] {
  const constant = draw.pick([-1, -1, 0, 1]);
  return shapes.map((shape, position) => (position === constant ? draw.floats(shape) : { shape }));
}

/** Vectors and matrices, in batches that stretch to each other. */
function matMul(draw: Draw): GeneratedNode {
  const [rows, depth, columns] = [draw.integer(1, 6), draw.integer(1, 7), draw.integer(1, 6)];
  const batch = draw.shape(draw.integer(0, 3), { largest: 3, elements: 8 });
  const stretched = [batch, draw.stretchable(batch)];
  const [left, right] = draw.shuffle(draw.chance(0.5) ? stretched : [draw.stretchable(batch), draw.stretchable(batch)]);
  const a = draw.chance(0.15) ? [depth] : [...left!, rows, depth];
  const b = draw.chance(0.15) ? [depth] : [...right!, depth, columns];
  return { inputs: operands(draw, [a, b]) };
}

/** Equations that exports of attention and dense layers have. */
const EQUATIONS = [
  'bhqd,bhkd->bhqk',
  'bhqk,bhkd->bhqd',
  'bij,bjk->bik',
  'bij,bkj->bik',
  '...ij,...jk',
  '...ij,...jk->...ik',
  'bqhd,bkhd->bhqk',
  'bhqk,bkhd->bqhd',
  'abc,cde->abde',
  'abcd,cde->abe',
  'bn,bm->bnm',
  'ij , jk -> ki',
  'i,i',
  'i,j->ji',
  'ab...,b...c->a...c',
];

/** A known equation, or a random one of up to six labels. Each label is in both operands and the output, or in two of these three. */
function einsum(draw: Draw): GeneratedNode {
  const equation = draw.chance(0.6) ? draw.pick(EQUATIONS) : randomEquation(draw);
  const sizes = new Map<string, number>();
  const size = (label: string) => {
    if (!sizes.has(label)) sizes.set(label, draw.integer(1, 4));
    return sizes.get(label)!;
  };
  const hidden = draw.shape(draw.integer(0, 2), { largest: 3 });
  const terms = equation.split('->')[0]!.replaceAll(' ', '').split(',');
  const shapes = terms.map((term) =>
    term.split('...').flatMap((part, k) => [...(k > 0 ? hidden.map((axis) => (draw.chance(0.4) ? 1 : axis)) : []), ...[...part].map(size)]),
  );
  return { inputs: operands(draw, shapes), attributes: { equation } };
}

function randomEquation(draw: Draw): string {
  const terms: [string[], string[], string[]] = [[], [], []];
  for (const label of ['a', 'b', 'c', 'd', 'e', 'f'].slice(0, draw.integer(1, 6))) {
    const left = draw.pick([-1, 0, 1, 2]);
    terms.forEach((term, k) => {
      if (k !== left) term.push(label);
    });
  }
  const [a, b, y] = terms.map((term) => draw.shuffle(term).join(''));
  return `${a},${b}->${y}`;
}

/** Products of matrices and of tensors, with either factor computed. */
export const productGenerators: readonly Generator[] = [
  { op: 'MatMul', opsets: [7, 9, 13], count: 240, generate: matMul },
  { op: 'Einsum', opsets: [12], count: 300, generate: einsum },
];
