import { twoOf } from '../../../tensor/items.js';
import { inputName, type NodeWriter, type RewrittenOperator, reshaped, sliced, transposed } from '../rewrite.js';
import { joinHeads } from './scaled_product.js';

/** How a rotation pairs numbers, and how many of them it turns. */
interface Rotation {
  readonly interleaved: boolean;
  /** The numbers of a head that turn; 0 for all. */
  readonly turned: number;
  /** [S or B x S, turned / 2] each. */
  readonly cos: string;
  readonly sin: string;
}

/** x, [B, heads, S, numbers], with pairs of numbers turned by the angles of their places in the sequence. */
function rotated(write: NodeWriter, x: string, { interleaved, turned, cos, sin }: Rotation): string {
  const shape = write.shape(x);
  const [batch = 1, heads = 1, length = 1, numbers = 1] = shape;
  const width = turned || numbers;
  const half = width / 2;
  const part = sliced(write, x, 3, 0, width);
  const pairs = reshaped(write, part, interleaved ? [batch, heads, length, half, 2] : [batch, heads, length, 2, half]);
  const axis = interleaved ? 4 : 3;
  const one = [batch, heads, length, half];
  const [first, second] = twoOf([0, 1].map((k) => reshaped(write, sliced(write, pairs, axis, k, k + 1), one)));
  const mul = (a: string, b: string) => write.add('Mul', [a, b]);
  const real = write.add('Sub', [mul(first, cos), mul(second, sin)]);
  const imaginary = write.add('Add', [mul(first, sin), mul(second, cos)]);
  const stacked = [real, imaginary].map((each) => reshaped(write, each, interleaved ? [...one, 1] : [batch, heads, length, 1, half]));
  const turn = reshaped(write, write.add('Concat', stacked, { axis }), [batch, heads, length, width]);
  return width === numbers ? turn : write.add('Concat', [turn, sliced(write, x, 3, width, numbers)], { axis: 3 });
}

/** RotaryEmbedding, with the positions at input `at.positions` and the tables at `at.cos` and `at.sin`. */
function rotaryEmbedding(since: number, at: { readonly cos: number; readonly sin: number; readonly positions: number }): RewrittenOperator {
  return {
    since,
    inputs: [3, 4],
    attributes: ['interleaved', 'num_heads', 'rotary_embedding_dim'],
    rewrite(node, write) {
      const { name, shape } = node.input(0);
      const [batch = 1, length = 1, width = 1] = shape;
      const flat = shape.length === 3;
      const turned = node.int('rotary_embedding_dim', 0);
      const tableWidth = node.input(at.cos).shape.at(-1) ?? 1;
      const heads = node.int('num_heads', 0) || width / (turned || 2 * tableWidth);
      if (flat ? width % heads !== 0 : shape.length !== 4) throw node.error('attention.heads', { shape, heads });
      const x = flat ? transposed(write, reshaped(write, name, [batch, length, heads, width / heads]), [0, 2, 1, 3]) : name;
      const positions = inputName(node, at.positions);
      const table = (position: number) => {
        const own = node.input(position).name;
        const rows = positions === undefined ? own : write.add('Gather', [own, positionsOf(positions)], { axis: 0 });
        const [, , places = 1] = write.shape(x);
        return reshaped(write, rows, [
          write.shape(rows).reduce((product, size) => product * size, 1) / (places * tableWidth),
          1,
          places,
          tableWidth,
        ]);
      };
      /** A single position is where the sequence begins. */
      const positionsOf = (given: string): string => {
        const constant = write.constant(given);
        if (constant?.data.length !== 1 || constant.shape.length > 1) return given;
        const [, , places = 1] = write.shape(x);
        return write.addConstant(
          [places],
          Float64Array.from({ length: places }, (_, k) => k + (constant.data[0] ?? 0)),
          'int',
        );
      };
      const y = rotated(write, x, { interleaved: node.int('interleaved', 0) !== 0, turned, cos: table(at.cos), sin: table(at.sin) });
      return [flat ? joinHeads(write, y) : y];
    },
  };
}

/** https://onnx.ai/onnx/operators/onnx__RotaryEmbedding.html */
export const rotaryEmbeddingOperator = rotaryEmbedding(23, { cos: 1, sin: 2, positions: 3 });

/** https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.RotaryEmbedding */
export const microsoftRotaryEmbedding = rotaryEmbedding(1, { positions: 1, cos: 2, sin: 3 });
