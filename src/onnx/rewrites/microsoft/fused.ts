import type { NodeReader } from '../../../ops/node_reader.js';
import { type Attributes, inputName, type NodeWriter, type RewrittenOperator, scalar, scaled, transposed } from '../rewrite.js';

/* Operators that onnxruntime's optimiser makes of several: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md */

/** The attributes of these names that a node has. */
function kept(node: NodeReader, kinds: Readonly<Record<string, 'int' | 'ints' | 'float' | 'string'>>): Attributes {
  const entries = Object.entries(kinds).filter(([name]) => node.has(name));
  return Object.fromEntries(
    entries.map(([name, kind]) => {
      if (kind === 'ints') return [name, node.ints(name) ?? []] as const;
      return [name, kind === 'float' ? { float: node.float(name) } : node[kind](name)] as const;
    }),
  );
}

const CONVOLUTION = { auto_pad: 'string', dilations: 'ints', group: 'int', kernel_shape: 'ints', pads: 'ints', strides: 'ints' } as const;
const POOL = { ...CONVOLUTION, ceil_mode: 'int', count_include_pad: 'int', storage_order: 'int' } as const;

/** An activation by its name, with parameters in the order of its specification. */
function activated(node: NodeReader, write: NodeWriter, x: string, parameters: readonly number[]): string {
  const name = node.string('activation', '');
  const [first, second] = parameters;
  const alpha = first === undefined ? {} : { alpha: { float: first } };
  switch (name) {
    case '':
      return x;
    case 'Relu':
    case 'Sigmoid':
    case 'Tanh':
    case 'HardSwish':
    case 'Softplus':
    case 'Softsign':
      return write.add(name, [x]);
    case 'LeakyRelu':
    case 'Elu':
    case 'ThresholdedRelu':
      return write.add(name, [x], alpha);
    case 'HardSigmoid':
      return write.add(name, [x], { ...alpha, ...(second !== undefined && { beta: { float: second } }) });
    case 'Clip':
      return write.add(name, [x, ...parameters.slice(0, 2).map((bound) => scalar(write, bound))]);
    default:
      throw node.error('node.known', {
        attribute: 'activation',
        value: name,
        known: [
          'Clip',
          'Elu',
          'HardSigmoid',
          'HardSwish',
          'LeakyRelu',
          'Relu',
          'Sigmoid',
          'Softplus',
          'Softsign',
          'Tanh',
          'ThresholdedRelu',
        ],
      });
  }
}

/** FusedConv: Conv, plus z where there is one, then an activation. NhwcFusedConv: the same with channels last. */
function fusedConvolution(channelsLast: boolean): RewrittenOperator {
  return {
    since: 1,
    inputs: [2, 4],
    attributes: ['activation', 'activation_params', ...Object.keys(CONVOLUTION)].sort(),
    rewrite(node, write) {
      const axes = node.input(0).shape.length;
      const first = (name: string) => (channelsLast ? transposed(write, name, channelsFirst(axes)) : name);
      const z = inputName(node, 3);
      const sum = write.add('Conv', [first(node.input(0).name), node.input(1).name, inputName(node, 2)], kept(node, CONVOLUTION));
      const all = z === undefined ? sum : write.add('Add', [sum, first(z)]);
      const y = activated(node, write, all, node.floats('activation_params') ?? []);
      return [channelsLast ? transposed(write, y, channelsBehind(axes)) : y];
    },
  };
}

export const fusedConv = fusedConvolution(false);
export const nhwcFusedConv = fusedConvolution(true);

/** FusedGemm: Gemm, then an activation. */
export const fusedGemm: RewrittenOperator = {
  since: 1,
  inputs: [2, 3],
  attributes: ['activation', 'activation_alpha', 'activation_beta', 'alpha', 'beta', 'transA', 'transB'],
  rewrite(node, write) {
    const attributes = kept(node, { alpha: 'float', beta: 'float', transA: 'int', transB: 'int' });
    const y = write.add('Gemm', [node.input(0).name, node.input(1).name, inputName(node, 2)], attributes);
    const parameters = ['activation_alpha', 'activation_beta'].filter((name) => node.has(name)).map((name) => node.float(name));
    return [activated(node, write, y, parameters)];
  },
};

/**
 * FusedMatMul: alpha a b. With transBatchA the rows of a, its first axis, stand before its batch axes, and then with transA its columns are the
 * rows; so too b.
 */
export const fusedMatMul: RewrittenOperator = {
  since: 1,
  inputs: [2, 2],
  attributes: ['alpha', 'transA', 'transB', 'transBatchA', 'transBatchB'],
  rewrite(node, write) {
    const [a, b] = (['A', 'B'] as const).map((side, position) => {
      const { name, shape } = node.input(position);
      const axes = shape.map((_, axis) => axis);
      const last = axes.length - 1;
      if (last < 1) return name;
      const moved = node.int(`transBatch${side}`, 0) === 0 ? axes : [...axes.slice(1, last), 0, last];
      const turned = node.int(`trans${side}`, 0) === 0 ? moved : [...moved.slice(0, -2), moved[last] ?? last, moved[last - 1] ?? 0];
      return transposed(write, name, turned);
    });
    return [scaled(write, write.add('MatMul', [a, b]), node.float('alpha', 1))];
  },
};

/** An operator on planes with channels last, as graphs for some devices hold it (com.ms.internal.nhwc). */
function channelsLast(op: string, attributes: Parameters<typeof kept>[1], inputs: readonly [number, number]): RewrittenOperator {
  return {
    since: 1,
    inputs,
    attributes: Object.keys(attributes).sort(),
    rewrite(node, write) {
      const { name, shape } = node.input(0);
      const [, ...others] = node.inputs;
      const x = transposed(write, name, channelsFirst(shape.length));
      const y = write.add(op, [x, ...others.map((input) => input?.name)], kept(node, attributes));
      return [transposed(write, y, channelsBehind(shape.length))];
    },
  };
}

export const nhwcConv = channelsLast('Conv', CONVOLUTION, [2, 3]);
export const nhwcMaxPool = channelsLast('MaxPool', POOL, [1, 1]);
export const nhwcAveragePool = channelsLast('AveragePool', POOL, [1, 1]);
export const nhwcGlobalAveragePool = channelsLast('GlobalAveragePool', {}, [1, 1]);
export const nhwcGlobalMaxPool = channelsLast('GlobalMaxPool', {}, [1, 1]);

/** From [B, .., C] to [B, C, ..]. */
function channelsFirst(axes: number): number[] {
  return [0, axes - 1, ...Array.from({ length: axes - 2 }, (_, k) => k + 1)];
}

/** From [B, C, ..] to [B, .., C]. */
function channelsBehind(axes: number): number[] {
  return [0, ...Array.from({ length: axes - 2 }, (_, k) => k + 2), 1];
}
