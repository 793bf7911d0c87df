import { type Shape, sizeOf } from '../../tensor/tensor.js';
import type { NodeReader } from '../node_reader.js';
import type { BackwardEvaluation, Binding, Dispatch, Evaluation, Lowered, Lowering, Operator, OperatorFacts } from '../operator.js';
import { cotangent, value } from '../shared/bindings.js';
import { broadcastIndices, packPeriodic } from '../shared/broadcast.js';

/**
 * What LayerNormalization, InstanceNormalization and GroupNormalization have in common: x is [outer][length][inner], and each line of `length`
 * elements along the middle is a group with a mean m and a variance v of its own:
 *
 *   h = (x - m) / sqrt(v + epsilon), y = scale h + bias
 *   g = scale dy, dx = (g - mean(g) - h mean(g h)) / sqrt(v + epsilon), means over the group
 */
export interface NormalizeAttributes {
  readonly length: number;
  readonly inner: number;
  readonly epsilon: number;
  /** x under a shape to which scale and bias stretch, and theirs. */
  readonly view: Shape;
  readonly parameters: readonly Shape[];
}

/** What distinguishes one normalisation from another. */
export interface NormalizeRule extends OperatorFacts {
  readonly read: Operator<NormalizeAttributes>['read'];
}

/** An operator on (x, scale, bias), the last of them optional, whose `read` says what a group is. */
export function normalize({ read, ...facts }: NormalizeRule): Operator<NormalizeAttributes> {
  return {
    ...facts,
    constantInputs: [1, 2],
    read,
    forward(evaluation) {
      const { inputs } = evaluation;
      const [scale, bias] = parametersOf(evaluation);
      const { normal } = normalized(evaluation);
      return inputs[0]!.data.map((_, e) => scale(e) * normal[e]! + bias(e));
    },
    backward: (evaluation) => [dxOf(evaluation), ...evaluation.inputs.slice(1).map(() => undefined)],
    lower,
  };
}

/** The constant at a position, with a check of its elements against `shape`. */
export function normalizationConstant(node: NodeReader, position: number, size: number, what: string): void {
  const { data } = node.constant(position);
  if (data.length !== size) throw node.error('normalization.elements', { parameter: what, elements: data.length, wanted: size });
}

/** Calls `visit` with the elements of every group. */
function eachGroup(
  { length, inner }: NormalizeAttributes,
  size: number,
  visit: (elements: readonly number[], group: number) => void,
): void {
  for (let group = 0; group < size / length; group++) {
    const start = Math.floor(group / inner) * length * inner + (group % inner);
    visit(
      Array.from({ length }, (_, k) => start + k * inner),
      group,
    );
  }
}

/** h, and 1 / sqrt(v + epsilon) of every element's group. */
function normalized({ attributes, inputs }: Evaluation<NormalizeAttributes>): { normal: Float64Array; slope: Float64Array } {
  const x = inputs[0]!.data;
  const normal = new Float64Array(x.length);
  const slope = new Float64Array(x.length);
  eachGroup(attributes, x.length, (elements) => {
    const mean = elements.reduce((sum, e) => sum + x[e]!, 0) / elements.length;
    const variance = elements.reduce((sum, e) => sum + (x[e]! - mean) ** 2, 0) / elements.length;
    const inverse = 1 / Math.sqrt(variance + attributes.epsilon);
    for (const e of elements) {
      normal[e] = (x[e]! - mean) * inverse;
      slope[e] = inverse;
    }
  });
  return { normal, slope };
}

/** Scale and bias of an element; a bias that is absent is 0. */
function parametersOf({ attributes, inputs }: Evaluation<NormalizeAttributes>): [(e: number) => number, (e: number) => number] {
  const [scale, bias = () => 0] = attributes.parameters.map((shape, index) => {
    const indices = broadcastIndices(shape, attributes.view);
    const { data } = inputs[index + 1]!;
    return (e: number) => data[indices[e]!]!;
  });
  return [scale!, bias];
}

function dxOf(evaluation: BackwardEvaluation<NormalizeAttributes>): Float64Array {
  const { attributes, cotangent: dy } = evaluation;
  const [scale] = parametersOf(evaluation);
  const { normal, slope } = normalized(evaluation);
  const dx = new Float64Array(dy.length);
  eachGroup(attributes, dy.length, (elements) => {
    const mean = elements.reduce((sum, e) => sum + scale(e) * dy[e]!, 0) / elements.length;
    const along = elements.reduce((sum, e) => sum + scale(e) * dy[e]! * normal[e]!, 0) / elements.length;
    for (const e of elements) dx[e] = slope[e]! * (scale(e) * dy[e]! - mean - normal[e]! * along);
  });
  return dx;
}

/** Elements that an invocation of the kernels that write them takes: it reads the numbers of their group once. */
const ELEMENTS_PER_RUN = 16;

function lower({ attributes, inputs, output }: Lowering<NormalizeAttributes>): Lowered {
  const { length, inner, epsilon, view, parameters } = attributes;
  const x = inputs[0]!;
  const groups = sizeOf(output.shape) / length;
  const [scale, bias = { data: Float32Array.of(0), inner: 1, period: 1 }] = parameters.map((shape, index) =>
    packPeriodic({ ...inputs[index + 1]!.constant!, shape }, view),
  );
  // Two vec4f a group: the mean and 1 / sqrt(v + epsilon), the two means of the backward.
  const saved = (what: string): Binding => ({ kind: 'saved', name: `${output.name}/${what}`, words: 8 * groups });
  const [statistics, means] = [saved('statistics'), saved('means')];
  const scales: Binding = { kind: 'constant', data: scale!.data };
  const common = { length, inner };
  const ofScale = { scale_inner: scale!.inner, scale_period: scale!.period };
  const written = groups * Math.ceil(length / ELEMENTS_PER_RUN);
  const dy = cotangent(output.name);
  const sums: Dispatch = {
    kernel: 'normalize_means',
    bindings: [value(x.name), scales, statistics, dy, means],
    parameters: { ...common, ...ofScale },
    tiles: groups,
  };
  return {
    forward: [
      { kernel: 'normalize_statistics', bindings: [value(x.name), statistics], parameters: { ...common, epsilon }, tiles: groups },
      {
        kernel: 'normalize_forward',
        constants: { ELEMENTS_PER_RUN },
        bindings: [value(x.name), scales, { kind: 'constant', data: bias.data }, statistics, value(output.name)],
        parameters: { ...common, ...ofScale, bias_inner: bias.inner, bias_period: bias.period },
        tiles: written,
      },
    ],
    backward: [
      sums,
      {
        kernel: 'normalize_backward',
        constants: { ELEMENTS_PER_RUN },
        bindings: [value(x.name), scales, statistics, means, dy, cotangent(x.name)],
        parameters: { ...common, ...ofScale },
        tiles: written,
      },
    ],
  };
}
