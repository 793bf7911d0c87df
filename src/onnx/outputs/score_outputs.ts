import { PathlightError } from '../../errors.js';
import { type Shape, sizeOf } from '../../tensor/tensor.js';
import { firstOutput, isStandardDomain } from '../check.js';
import type { GraphProto, ValueInfoProto } from '../onnx_pb.js';
import type { NamedNode } from '../order.js';
import { elementTypeOf } from '../tensors.js';
import { type FileValues, type Tail, tailOf, valuesOf } from './tail.js';

/** An output of a file that may hold the class scores, or is computed from them. */
export interface ScoreOutput extends Tail {
  /** Its name in the file. */
  readonly name: string;
}

/**
 * The outputs of a file among which the class scores are to be found, in the order of the file: all float tensors, and those that the graph
 * computes from scores (src/onnx/outputs/tail.ts), of the first 64. With a name, the output of this name. Throws PathlightError where there
 * is none.
 */
export function scoreOutputs(graph: GraphProto, wanted?: string): ScoreOutput[] {
  firstOutput(graph);
  const listed = wanted === undefined ? graph.output.slice(0, MOST_OUTPUTS) : graph.output.filter(({ name }) => name === wanted);
  if (wanted !== undefined && listed.length === 0) {
    throw new PathlightError('onnx.no-such-output', { output: wanted, known: graph.output.map(({ name }) => name) });
  }
  const values = valuesOf(graph);
  const all = listed.flatMap((output) =>
    tensorsOf(output.name, values).map((tensor) => ({ output, found: { name: output.name, ...tailOf(tensor, values) } })),
  );
  const fitting = all.filter(({ output, found }) => found.scores !== output.name || isFloatTensor(output));
  return (fitting.length > 0 ? fitting : all).map(({ found }) => found);
}

/** No more outputs are looked at. Networks that give all their hidden states have some dozens. */
const MOST_OUTPUTS = 64;

/** The tensors of an output that is a list of them, as scripted networks have it; else the output itself. */
function tensorsOf(output: string, { producers }: FileValues): readonly string[] {
  const maker = producers.get(output)?.node.proto;
  return maker?.opType === 'SequenceConstruct' && isStandardDomain(maker.domain) ? maker.input : [output];
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

/** The names that the file has for classes: those of the chosen output, or of another that has as many. */
export function namesOfClasses(chosen: ScoreOutput, all: readonly ScoreOutput[], classes: number): readonly string[] | undefined {
  return [chosen, ...all].find(({ names }) => names?.length === classes || (classes === 1 && names?.length === 2))?.names;
}
