import type { Draw, GeneratedInput, Generator } from './generated_cases.js';

/** Two operands that stretch each other, one of them constant now and then. */
function pair(draw: Draw, range: readonly [number, number]): GeneratedInput[] {
  const shape = draw.shape(draw.integer(1, 5));
  const shapes = draw.shuffle([draw.chance(0.5) ? shape : draw.stretchable(shape), draw.stretchable(shape)]);
  const constant = draw.chance(0.3) ? draw.integer(0, 1) : -1;
  return shapes.map((own, position) => (position === constant ? draw.floats(own, ...range) : { shape: own, range }));
}

function binary(op: string, opsets: readonly number[], range: readonly [number, number] = [-2, 2]): Generator {
  return { op, opsets, count: 200, generate: (draw) => ({ inputs: pair(draw, range) }) };
}

export const pointwiseGenerators: readonly Generator[] = [
  binary('Add', [7, 14]),
  binary('Sub', [7, 14]),
  binary('Mul', [7, 14]),
  binary('Div', [7, 14], [0.5, 2]),
];
