import { float, floatTensor, intTensor, type ModelDescription, type NodeDescription } from './onnx_builder.js';
import { mulberry32, uniformArray } from './random.js';

/** Patches of 2 x 2 of images 1 x 4 x 6, a class token before them: 7 tokens of 6 numbers, 2 heads, 2 blocks, 3 classes. */
export const [HEADS, TOKENS, WIDTH, DEPTH, CLASSES] = [2, 7, 6, 2, 3] as const;
const OWN = WIDTH / HEADS;

const random = mulberry32(97);
const draw = (size: number, scale = 1) => Array.from(uniformArray(random, size, -scale, scale)).map(Math.fround);

const matrix = (rows: number, columns: number) => ({ rows, columns, data: draw(rows * columns) });
type Matrix = ReturnType<typeof matrix>;
const linear = (rows: number, columns: number) => ({ weights: matrix(rows, columns), bias: draw(columns) });
type Linear = ReturnType<typeof linear>;
const norm = () => ({ scale: draw(WIDTH).map((value) => 1 + value / 2), shift: draw(WIDTH, 0.3) });

const patches = { weights: draw(WIDTH * 4), bias: draw(WIDTH) };
const token = draw(WIDTH);
const positions = draw(TOKENS * WIDTH);
const blocks = Array.from({ length: DEPTH }, () => ({
  before: norm(),
  query: linear(WIDTH, WIDTH),
  key: linear(WIDTH, WIDTH),
  value: linear(WIDTH, WIDTH),
  out: linear(WIDTH, WIDTH),
  between: norm(),
  up: linear(WIDTH, 8),
  down: linear(8, WIDTH),
}));
const last = norm();
const head = linear(WIDTH, CLASSES);

export type Pooling = 'class token' | 'mean';

/** The network as a file, its attention named a0 and a1. */
export function transformerModel(pooling: Pooling): ModelDescription {
  const initializers: Record<string, NonNullable<ModelDescription['initializers']>[string]> = {
    'patches.w': floatTensor([WIDTH, 1, 2, 2], patches.weights),
    'patches.b': floatTensor([WIDTH], patches.bias),
    token: floatTensor([1, 1, WIDTH], token),
    positions: floatTensor([1, TOKENS, WIDTH], positions),
    flat: intTensor([1, WIDTH, TOKENS - 1]),
    heads: intTensor([1, TOKENS, HEADS, OWN]),
    joined: intTensor([1, TOKENS, WIDTH]),
    scale: floatTensor([], [OWN ** -0.5]),
    zero: intTensor([0], []),
    axis: intTensor([1]),
  };
  const nodes: NodeDescription[] = [
    { op: 'Conv', inputs: ['image', 'patches.w', 'patches.b'], output: 'planes', attributes: { strides: [2, 2] } },
    { op: 'Reshape', inputs: ['planes', 'flat'], output: 'columns' },
    { op: 'Transpose', inputs: ['columns'], output: 'rows', attributes: { perm: [0, 2, 1] } },
    { op: 'Concat', inputs: ['token', 'rows'], output: 'tokens', attributes: { axis: 1 } },
    { op: 'Add', inputs: ['tokens', 'positions'], output: 'x0' },
  ];
  const product = (name: string, { weights, bias }: Linear, input: string) => {
    initializers[`${name}.w`] = floatTensor([weights.rows, weights.columns], weights.data);
    initializers[`${name}.b`] = floatTensor([bias.length], bias);
    nodes.push(
      { op: 'MatMul', inputs: [input, `${name}.w`], output: `${name}.p` },
      { op: 'Add', inputs: [`${name}.p`, `${name}.b`], output: name },
    );
    return name;
  };
  const normalised = (name: string, { scale, shift }: ReturnType<typeof norm>, input: string) => {
    initializers[`${name}.s`] = floatTensor([WIDTH], scale);
    initializers[`${name}.t`] = floatTensor([WIDTH], shift);
    nodes.push({ op: 'LayerNormalization', inputs: [input, `${name}.s`, `${name}.t`], output: name, attributes: { epsilon: float(1e-5) } });
    return name;
  };
  const split = (name: string, perm: number[]) => {
    nodes.push({ op: 'Reshape', inputs: [name, 'heads'], output: `${name}.h` });
    nodes.push({ op: 'Transpose', inputs: [`${name}.h`], output: `${name}.t`, attributes: { perm } });
    return `${name}.t`;
  };
  blocks.forEach((block, l) => {
    const n = normalised(`n${l}`, block.before, `x${l}`);
    const q = split(product(`q${l}`, block.query, n), [0, 2, 1, 3]);
    const k = split(product(`k${l}`, block.key, n), [0, 2, 3, 1]);
    const v = split(product(`v${l}`, block.value, n), [0, 2, 1, 3]);
    nodes.push(
      { op: 'MatMul', inputs: [q, k], output: `scores${l}` },
      { op: 'Mul', inputs: [`scores${l}`, 'scale'], output: `scaled${l}` },
      { op: 'Softmax', inputs: [`scaled${l}`], output: `a${l}`, attributes: { axis: -1 } },
      { op: 'MatMul', inputs: [`a${l}`, v], output: `mixed${l}` },
      { op: 'Transpose', inputs: [`mixed${l}`], output: `back${l}`, attributes: { perm: [0, 2, 1, 3] } },
      { op: 'Reshape', inputs: [`back${l}`, 'joined'], output: `whole${l}` },
    );
    const attended = product(`o${l}`, block.out, `whole${l}`);
    nodes.push({ op: 'Add', inputs: [`x${l}`, attended], output: `y${l}` });
    const up = product(`u${l}`, block.up, normalised(`m${l}`, block.between, `y${l}`));
    nodes.push({ op: 'Gelu', inputs: [up], output: `g${l}` });
    const down = product(`d${l}`, block.down, `g${l}`);
    nodes.push({ op: 'Add', inputs: [`y${l}`, down], output: `x${l + 1}` });
  });
  const end = normalised('end', last, `x${DEPTH}`);
  if (pooling === 'mean') nodes.push({ op: 'ReduceMean', inputs: [end, 'axis'], output: 'pooled', attributes: { keepdims: 0 } });
  else nodes.push({ op: 'Gather', inputs: [end, 'zero'], output: 'pooled', attributes: { axis: 1 } });
  product('scores', head, 'pooled');
  return {
    opset: 20,
    inputs: { image: ['N', 1, 4, 6] },
    initializers,
    nodes,
    outputs: ['scores'],
  };
}

/** Attention of every block, [heads][tokens][tokens]. */
export type Attentions = number[][];

/**
 * The scores in plain float64, and the attention of every block. `given` takes the place of the attention of one block, and `behind` says after how many
 * blocks the scores are read.
 */
export function transformer(
  image: ArrayLike<number>,
  pooling: Pooling,
  given?: { block: number; attention: number[] },
  behind: number = DEPTH,
) {
  let x = [
    token,
    ...Array.from({ length: TOKENS - 1 }, (_, place) => {
      const corner = Math.floor(place / 3) * 2 * 6 + (place % 3) * 2;
      const patch = [0, 1, 6, 7].map((step) => image[corner + step]!);
      return patches.bias.map((bias, o) => patch.reduce((sum, pixel, i) => sum + patches.weights[o * 4 + i]! * pixel, bias));
    }),
  ].map((row, t) => row.map((value, i) => value + positions[t * WIDTH + i]!));
  const attentions: Attentions = [];
  blocks.slice(0, behind).forEach((block, l) => {
    const n = x.map((row) => normal(row, block.before));
    const [q, k, v] = [block.query, block.key, block.value].map((layer) => n.map((row) => times(row, layer))) as [
      number[][],
      number[][],
      number[][],
    ];
    const own = Array.from({ length: HEADS }, (_, h) =>
      q.flatMap((row) => {
        const scores = k.map(
          (other) => dot(row.slice(h * OWN, (h + 1) * OWN), other.slice(h * OWN, (h + 1) * OWN)) * Math.fround(OWN ** -0.5),
        );
        const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
        return scores.map((score) => Math.exp(score) / total);
      }),
    ).flat();
    const a = given?.block === l ? given.attention : own;
    attentions.push(a);
    const mixed = x.map((_, t) =>
      Array.from({ length: WIDTH }, (_, i) =>
        v.reduce((sum, row, s) => sum + a[(Math.floor(i / OWN) * TOKENS + t) * TOKENS + s]! * row[i]!, 0),
      ),
    );
    x = x.map((row, t) => row.map((value, i) => value + times(mixed[t]!, block.out)[i]!));
    x = x.map((row) => {
      const inner = times(times(normal(row, block.between), block.up).map(gelu), block.down);
      return row.map((value, i) => value + inner[i]!);
    });
  });
  const end = x.map((row) => normal(row, last));
  const pooled = pooling === 'mean' ? end[0]!.map((_, i) => end.reduce((sum, row) => sum + row[i]! / TOKENS, 0)) : end[0]!;
  return { scores: times(pooled, head), attentions };
}

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

function times(row: readonly number[], { weights, bias }: Linear): number[] {
  const { columns, data }: Matrix = weights;
  return bias.map((value, o) => row.reduce((sum, x, i) => sum + x * data[i * columns + o]!, value));
}

function normal(row: readonly number[], { scale, shift }: ReturnType<typeof norm>): number[] {
  const mean = row.reduce((sum, value) => sum + value / row.length, 0);
  const variance = row.reduce((sum, value) => sum + (value - mean) ** 2 / row.length, 0);
  return row.map((value, i) => ((value - mean) / Math.sqrt(variance + Math.fround(1e-5))) * Math.fround(scale[i]!) + shift[i]!);
}

/** x times the normal distribution function, by the series of erf. */
function gelu(x: number): number {
  const z = x / Math.SQRT2;
  let [term, sum] = [z, z];
  for (let n = 1; n < 100; n++) {
    term *= -(z * z) / n;
    sum += term / (2 * n + 1);
  }
  return (x / 2) * (1 + (2 / Math.sqrt(Math.PI)) * sum);
}
