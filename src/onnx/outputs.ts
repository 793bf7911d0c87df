import { PathlightError } from '../errors.js';
import { type Shape, sizeOf } from '../tensor/tensor.js';
import { firstOutput } from './check.js';
import type { GraphProto, ValueInfoProto } from './onnx_pb.js';
import { type NamedNode, namedNodes } from './order.js';
import { elementTypeOf } from './tensors.js';

/** An output of a file that may hold the class scores. */
export interface ScoreOutput {
  /** Its name in the file. */
  readonly name: string;
  /** The value with the scores: the output itself, or what its final ArgMax reads. */
  readonly scores: string;
  /** The ArgMax with which it ends, if it does. Its output is the number of a class. */
  readonly argMax?: NamedNode;
}

/**
 * The outputs of a file among which the class scores are to be found, in the order of the file: all float tensors, or those that the graph
 * computes such a tensor's ArgMax for, of the first 64. With a name, the output of this name. Throws PathlightError where there is none.
 */
export function scoreOutputs(graph: GraphProto, wanted?: string): ScoreOutput[] {
  firstOutput(graph);
  const nodes = namedNodes(graph).reverse();
  const listed = wanted === undefined ? graph.output.slice(0, MOST_OUTPUTS) : graph.output.filter(({ name }) => name === wanted);
  if (wanted !== undefined && listed.length === 0) {
    throw new PathlightError('onnx.no-such-output', { output: wanted, known: graph.output.map(({ name }) => name) });
  }
  const all = listed.map((output) => ({ output, found: scoresOf(output.name, nodes) }));
  const fitting = all.filter(({ output, found }) => found.argMax !== undefined || isFloatTensor(output));
  return (fitting.length > 0 ? fitting : all).map(({ found }) => found);
}

/** No more outputs are looked at. Networks that give all their hidden states have some dozens. */
const MOST_OUTPUTS = 64;

/** Operators that may follow an ArgMax, since they do not change which class it names. */
const PASSING = new Set(['Cast', 'Flatten', 'Identity', 'Reshape', 'Squeeze', 'Unsqueeze']);

/** Where the scores behind an output are. `nodes` are in reverse order. */
function scoresOf(output: string, nodes: readonly NamedNode[]): ScoreOutput {
  let name = output;
  for (const node of nodes) {
    const { opType, output: outputs, input } = node.proto;
    const [first] = input;
    if (outputs[0] !== name || first === undefined) continue;
    if (opType === 'ArgMax') return { name: output, scores: first, argMax: node };
    if (!PASSING.has(opType)) break;
    name = first;
  }
  return { name: output, scores: output };
}

/** Whether an output can be a tensor of floats. Files need not say what their outputs are. */
function isFloatTensor({ type }: ValueInfoProto): boolean {
  if (type === undefined) return true;
  const { tensorType } = type;
  return tensorType !== undefined && (tensorType.elemType === 0 || elementTypeOf(tensorType.elemType) === 'float');
}

/** Refuses an ArgMax that does not run over all scores of an image. */
export function checkArgMax({ proto, name }: NamedNode, scores: Shape): void {
  const axis = Number(proto.attribute.find((attribute) => attribute.name === 'axis')?.i ?? 0);
  if (scores.at(axis) !== sizeOf(scores)) {
    throw new PathlightError('onnx.arg-max-axis', { node: name, axis, scores });
  }
}

/** An output whose shape is known. */
export interface ShapedOutput extends ScoreOutput {
  readonly shape: Shape;
  /** The scores of outputs that are computed from it. */
  readonly leadsTo: readonly string[];
}

/** Names of outputs with class scores. */
export const NAMED_SCORES = /logit|score|prob|class|cls|softmax|pred/i;
const NAMED_OTHERWISE = /embed|feat|hidden|represent|atten|aux|pool|loss|mask|box|state/i;

/**
 * The output that most likely holds the class scores: above all a row of numbers, or else one number, as many as there are labels if that is
 * known, with a name that says scores, from which no output of another size is computed. Of equal ones the first.
 */
export function likeliestOutput<T extends ShapedOutput>(outputs: readonly T[], labels: number | undefined): T | undefined {
  const sizes = new Map(outputs.map(({ scores, shape }) => [scores, sizeOf(shape)]));
  const leadsOn = ({ shape, leadsTo }: ShapedOutput) => leadsTo.some((other) => (sizes.get(other) ?? sizeOf(shape)) !== sizeOf(shape));
  const points = (output: ShapedOutput): number => {
    const { name, shape, argMax } = output;
    return (
      (isRow(shape) ? 16 : sizeOf(shape) === 1 ? 12 : 0) +
      (classesOf(shape) === labels || sizeOf(shape) === labels ? 8 : 0) +
      (NAMED_SCORES.test(name) ? 4 : 0) -
      (NAMED_OTHERWISE.test(name) ? 4 : 0) -
      (leadsOn(output) ? 2 : 0) -
      (argMax ? 1 : 0)
    );
  };
  let best: { readonly output: T; readonly points: number } | undefined;
  for (const output of outputs) {
    const own = points(output);
    if (best === undefined || own > best.points) best = { output, points: own };
  }
  return best?.output;
}

/** Whether a tensor is one row of at least two numbers. */
export function isRow(shape: Shape): boolean {
  return shape.filter((size) => size > 1).length === 1;
}

/** The number of classes of a tensor of scores. One number is the score of a class that has an opposite. */
function classesOf(shape: Shape): number {
  return Math.max(2, sizeOf(shape));
}
