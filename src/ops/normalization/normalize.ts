import { firstOf, itemAt } from '../../tensor/items.js';
import { type Shape, sizeOf } from '../../tensor/tensor.js';
import { constantOf, type NodeReader } from '../node_reader.js';
import type { BackwardEvaluation, Binding, Dispatch, Evaluation, Lowered, Lowering, Operator, OperatorFacts } from '../operator.js';
import { cotangent, value } from '../shared/bindings.js';
import { packPeriodic, stretch } from '../shared/broadcast.js';
import { inRows } from '../shared/rows.js';

/**
 * The common part of LayerNormalization, InstanceNormalization and GroupNormalization. x is [outer][length][inner], and each line of
 * `length` elements is a group with its own mean m and variance v:
 *
 *   h = (x - m) / sqrt(v + epsilon), y = scale h + bias
 *   g = scale dy, dx = (g - mean(g) - h mean(g h)) / sqrt(v + epsilon), with means over the group
 */
export interface NormalizeAttributes {
  readonly length: number;
  readonly inner: number;
  readonly epsilon: number;
  /** A shape of x to which scale and bias stretch, and their shapes for that. */
  readonly view: Shape;
  readonly parameters: readonly Shape[];
}

/** What distinguishes one normalisation from another. */
export interface NormalizeRule extends OperatorFacts {
  readonly read: Operator<NormalizeAttributes>['read'];
}

/** An operator on (x, scale, bias) with an optional bias. `read` says what a group is. */
export function normalize({ read, ...facts }: NormalizeRule): Operator<NormalizeAttributes> {
  return {
    ...facts,
    constantInputs: [1, 2],
    read,
    forward(evaluation) {
      const x = firstOf(evaluation.inputs).data;
      const [scale, bias] = parametersOf(evaluation);
      const y = new Float64Array(x.length);
      eachGroup(evaluation, ({ first, end, inner, mean, inverse }) => {
        for (let e = first; e < end; e += inner) y[e] = scale[e]! * ((x[e]! - mean) * inverse) + bias[e]!;
      });
      return y;
    },
    backward: (evaluation) => [dxOf(evaluation), ...evaluation.inputs.slice(1).map(() => undefined)],
    lower,
  };
}

/** Checks that the input at a position is a constant with `size` elements. */
export function normalizationConstant(node: NodeReader, position: number, size: number, what: string): void {
  const { data } = node.constant(position);
  if (data.length !== size) throw node.error('normalization.elements', { parameter: what, elements: data.length, wanted: size });
}

/** A group: elements from `first` up to, but without, `end`, `inner` apart, with their mean and 1 / sqrt(v + epsilon). */
interface NormalizedGroup {
  readonly first: number;
  readonly end: number;
  readonly inner: number;
  readonly mean: number;
  readonly inverse: number;
}

function eachGroup({ attributes, inputs }: Evaluation<NormalizeAttributes>, visit: (group: NormalizedGroup) => void): void {
  const { length, inner, epsilon } = attributes;
  const x = firstOf(inputs).data;
  for (let outer = 0; outer < x.length; outer += length * inner) {
    for (let first = outer; first < outer + inner; first++) {
      const end = first + length * inner;
      let [sum, squares] = [0, 0];
      for (let e = first; e < end; e += inner) sum += x[e]!;
      const mean = sum / length;
      for (let e = first; e < end; e += inner) squares += (x[e]! - mean) ** 2;
      visit({ first, end, inner, mean, inverse: 1 / Math.sqrt(squares / length + epsilon) });
    }
  }
}

/** Scale and bias of every element. An absent bias is 0. */
function parametersOf({ attributes: { parameters, view }, inputs }: Evaluation<NormalizeAttributes>): [Float64Array, Float64Array] {
  const stretched = parameters.map((shape, index) => stretch({ shape, data: itemAt(inputs, index + 1).data }, view));
  const [, bias = new Float64Array(sizeOf(view))] = stretched;
  return [firstOf(stretched), bias];
}

function dxOf(evaluation: BackwardEvaluation<NormalizeAttributes>): Float64Array {
  const { attributes, inputs, cotangent: dy } = evaluation;
  const { length } = attributes;
  const x = firstOf(inputs).data;
  const [scale] = parametersOf(evaluation);
  const dx = new Float64Array(dy.length);
  eachGroup(evaluation, ({ first, end, inner, mean, inverse }) => {
    let [sum, along] = [0, 0];
    for (let e = first; e < end; e += inner) {
      const g = scale[e]! * dy[e]!;
      sum += g;
      along += g * (x[e]! - mean) * inverse;
    }
    for (let e = first; e < end; e += inner) {
      const h = (x[e]! - mean) * inverse;
      dx[e] = inverse * (scale[e]! * dy[e]! - sum / length - h * (along / length));
    }
  });
  return dx;
}

/** Elements that one invocation writes. It reads the numbers of their group once. */
const ELEMENTS_PER_RUN = 16;

function lower({ attributes, inputs, output }: Lowering<NormalizeAttributes>): Lowered {
  const { length, inner, epsilon, view, parameters } = attributes;
  const x = firstOf(inputs);
  const groups = sizeOf(output.shape) / length;
  const packed = parameters.map((shape, index) => packPeriodic({ ...constantOf(itemAt(inputs, index + 1)), shape }, view));
  const scale = firstOf(packed);
  const [, bias = { data: Float32Array.of(0), inner: 1, period: 1 }] = packed;
  // Two vec4f for each group: forward the mean and 1 / sqrt(v + epsilon), backward the two means.
  const saved = (what: string): Binding => ({ kind: 'saved', name: `${output.name}/${what}`, words: 8 * groups });
  const [statistics, means] = [saved('statistics'), saved('means')];
  const scales: Binding = { kind: 'constant', data: scale.data };
  const common = { length, inner };
  const ofScale = { scale_inner: scale.inner, scale_period: scale.period };
  const written = groups * Math.ceil(length / ELEMENTS_PER_RUN);
  const dy = cotangent(output.name);
  const sums: Dispatch = {
    kernel: 'normalize_means',
    bindings: [value(x.name), scales, statistics, dy, means],
    parameters: { ...common, ...ofScale },
    tiles: groups,
    ...inRows('normalize_workgroup_means', groups, length),
  };
  return {
    forward: [
      {
        kernel: 'normalize_statistics',
        bindings: [value(x.name), statistics],
        parameters: { ...common, epsilon },
        tiles: groups,
        ...inRows('normalize_workgroup_statistics', groups, length),
      },
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
