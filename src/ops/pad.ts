import { formatShape, type Shape, sizeOf, stridesOf } from '../tensor/tensor.js';
import { axisParameters, checkRank, resolveAxes } from './axes.js';
import { cotangent, value } from './binary.js';
import { finite } from './finite.js';
import type { Dispatch, NodeReader, Operator } from './operator.js';
import { integersAt } from './view.js';

export interface PadAttributes {
  /** Elements put before the first along every axis of the input; negative: cropped. */
  readonly begin: readonly number[];
  readonly value: number;
}

/**
 * Pad (constant): y[i] = x[i - begin] where that lies in x, else the padding value; dx[i] = dy[i + begin] where that lies in y, else 0:
 * the same operation with the begins negated. Pads and value are attributes up to opset 10, inputs from 11 on; opset 18 names axes.
 * https://onnx.ai/onnx/operators/onnx__Pad.html
 */
export const pad: Operator<PadAttributes> = {
  read(node) {
    const { shape } = node.input(0);
    checkRank(node, shape);
    const mode = node.string('mode', 'constant');
    if (mode !== 'constant') {
      throw node.error(`mode is ${mode}`, 'constant');
    }
    const { begin, end } = readPads(node, shape.length);
    const padded = shape.map((size, axis) => size + begin[axis]! + end[axis]!);
    if (padded.some((size) => size < 1)) {
      throw node.error(
        `pads ${[...begin, ...end].join(',')} leave nothing of ${formatShape(shape)}`,
        'an element or more along every axis',
      );
    }
    return { attributes: { begin, value: readValue(node) }, shape: padded, inputs: [0] };
  },
  linear: () => true,
  forward({ inputs, shape, attributes }) {
    return shifted(inputs[0]!.data, inputs[0]!.shape, shape, attributes.begin, attributes.value);
  },
  backward({ inputs, shape, cotangent, attributes, wanted }) {
    return [wanted[0] ? shifted(cotangent, shape, inputs[0]!.shape, negated(attributes.begin), 0) : undefined];
  },
  lower({ inputs, output, attributes }) {
    const x = inputs[0]!;
    return {
      forward: [
        {
          kernel: 'pad_forward',
          bindings: [value(x.name), value(output.name)],
          parameters: {
            value: finite(attributes.value),
            elements_x: sizeOf(x.shape),
            ...shiftParameters(x.shape, output.shape, attributes.begin),
          },
          tiles: sizeOf(output.shape),
        },
      ],
      backward: [
        {
          kernel: 'pad_backward',
          bindings: [cotangent(output.name), cotangent(x.name)],
          parameters: { elements_y: sizeOf(output.shape), ...shiftParameters(output.shape, x.shape, negated(attributes.begin)) },
          tiles: sizeOf(x.shape),
        },
      ],
    };
  },
};

function readPads(node: NodeReader, rank: number): { begin: number[]; end: number[] } {
  const pads = integersAt(node, 'pads', 1, 11);
  if (pads === undefined) {
    throw node.error('pads are absent', 'begins, then ends');
  }
  const named = node.opset >= 18 && node.inputs[3] !== undefined ? Array.from(node.constant(3).data) : undefined;
  const axes = resolveAxes(node, named ?? Array.from({ length: rank }, (_, axis) => axis), rank);
  if (pads.length !== 2 * axes.length) {
    throw node.error(`${pads.length} pads for ${axes.length} axes`, `${2 * axes.length}, begins, then ends`);
  }
  const begin = new Array<number>(rank).fill(0);
  const end = new Array<number>(rank).fill(0);
  for (const [k, axis] of axes.entries()) {
    begin[axis] = pads[k]!;
    end[axis] = pads[axes.length + k]!;
  }
  return { begin, end };
}

function readValue(node: NodeReader): number {
  if (node.opset < 11) {
    return node.float('value', 0);
  }
  const data = node.inputs[2] === undefined ? [0] : node.constant(2).data;
  if (data.length !== 1) {
    throw node.error(`a padding value of ${data.length} elements`, 'a scalar');
  }
  if (Number.isNaN(data[0])) {
    throw node.error('the padding value is NaN', 'a number');
  }
  return data[0]!;
}

function negated(numbers: readonly number[]): number[] {
  return numbers.map((n) => (n === 0 ? 0 : -n));
}

/** A tensor of shape `to`, with that of shape `from` laid into it at `begin`, and `fill` elsewhere. */
function shifted(data: Float64Array, from: Shape, to: Shape, begin: readonly number[], fill: number): Float64Array {
  const strides = stridesOf(from);
  const outer = stridesOf(to);
  return Float64Array.from({ length: sizeOf(to) }, (_, i) => {
    let index = 0;
    for (let axis = 0; axis < to.length; axis++) {
      const at = (Math.floor(i / outer[axis]!) % to[axis]!) - begin[axis]!;
      if (at < 0 || at >= from[axis]!) {
        return fill;
      }
      index += at * strides[axis]!;
    }
    return data[index]!;
  });
}

/** Sizes and begins of the walk over `to`, an axis that is neither padded nor cropped being joined to the one outside it. */
function shiftParameters(from: Shape, to: Shape, begin: readonly number[]): Dispatch['parameters'] {
  const axes: { to: number; from: number; begin: number }[] = [];
  for (let axis = to.length - 1; axis >= 0; axis--) {
    const inner = axes[0];
    if (inner !== undefined && inner.begin === 0 && inner.from === inner.to) {
      axes[0] = { to: to[axis]! * inner.to, from: from[axis]! * inner.to, begin: begin[axis]! * inner.to };
    } else {
      axes.unshift({ to: to[axis]!, from: from[axis]!, begin: begin[axis]! });
    }
  }
  return {
    rank: axes.length,
    ...axisParameters(
      'to',
      axes.map((axis) => axis.to),
    ),
    ...axisParameters(
      'source',
      axes.map((axis) => axis.from),
    ),
    ...axisParameters(
      'begin',
      axes.map((axis) => axis.begin >>> 0),
    ),
  };
}
