import { PathlightError } from '../../errors.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { GraphProto, ValueInfoProto } from '../onnx_pb.js';
import { namesRead } from '../subgraphs/scope.js';
import { type BoundValue, boundTensor } from './bind.js';
import { type DeclaredInput, describeInput } from './declared.js';
import { checkNarrowArithmetic } from './narrow.js';

/** The inputs of a file: the image, and what stands beside it. */
export interface FileInputs {
  readonly image: DeclaredInput;
  /** Constants in the place of further inputs. */
  readonly bound: ReadonlyMap<string, Tensor>;
  /** Further inputs that nothing on the way to the scores reads. */
  readonly unread: readonly string[];
}

/**
 * Tells the image from the other inputs of a file: it is the only one that is neither bound to a constant nor unread. Initialisers, which
 * old files list among the inputs, do not count. `scores` are the values that may be the scores.
 */
export function readInputs(graph: GraphProto, scores: readonly string[], bind: Readonly<Record<string, BoundValue>> = {}): FileInputs {
  const given = new Map(Object.entries(bind));
  const constants = new Set(graph.initializer.map(({ name }) => name));
  const inputs = graph.input.filter(({ name }) => !constants.has(name) || given.has(name));
  const known = new Map(inputs.map((input) => [input.name, input]));
  const bound = new Map<string, Tensor>();
  for (const [name, value] of given) {
    const input = known.get(name);
    if (input === undefined) throw new PathlightError('onnx.bind-unknown', { input: name, known: graph.input.map((each) => each.name) });
    bound.set(name, boundTensor(describeInput(input), value));
  }
  const left = inputs.filter(({ name }) => !bound.has(name));
  const read = namesLeadingTo(scores, graph);
  const candidates = left.filter(({ name }) => read.has(name));
  const [image, ...others] = candidates.length > 0 ? candidates : left;
  if (image === undefined) throw new PathlightError('onnx.no-input', { bound: [...bound.keys()] });
  if (others.length > 0) throw severalInputs([image, ...others]);
  checkNarrowArithmetic(graph, image.name, image.type?.tensorType?.elemType ?? 0);
  return { image: describeInput(image), bound, unread: left.flatMap(({ name }) => (name === image.name ? [] : [name])) };
}

function severalInputs(inputs: readonly ValueInfoProto[]): PathlightError {
  const axes = ({ type }: ValueInfoProto) => type?.tensorType?.shape?.dim.length ?? 0;
  // The image has the most axes, or is the first.
  const [, ...further] = [...inputs].sort((a, b) => axes(b) - axes(a));
  const names = inputs.map(({ name }) => name);
  return new PathlightError('onnx.inputs', { names, further: further.map(({ name }) => name) });
}

/** All names on the way to some values, the values among them. */
function namesLeadingTo(values: readonly string[], graph: GraphProto): Set<string> {
  const makers = new Map(graph.node.flatMap((node) => node.output.map((name) => [name, node] as const)));
  const found = new Set(values);
  for (const name of found) {
    const maker = makers.get(name);
    // A set that grows is walked to its end.
    if (maker !== undefined) for (const read of namesRead(maker)) found.add(read);
  }
  return found;
}
