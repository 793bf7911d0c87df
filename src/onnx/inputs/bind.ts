import { PathlightError } from '../../errors.js';
import { type ImageValues, isValues, toNumbers } from '../../tensor/arguments.js';
import { type ElementType, type Shape, sizeOf, type Tensor } from '../../tensor/tensor.js';
import type { DeclaredInput } from './declared.js';

/**
 * The value of a further input: a number for all of its elements; or its elements, with or without their shape.
 *
 * @example const bind: Record<string, BoundValue> = { temperature: 2, mean: [0.485, 0.456, 0.406], mask: readNpy(bytes) };
 */
export type BoundValue = number | ImageValues | Pick<Tensor, 'shape' | 'data'>;

/** The most elements that one number fills: more is no setting. */
const MOST_FILLED = 2 ** 24;

/**
 * The constant that stands in the place of an input. Axes that the file leaves open have the size of the array's, and 1 where a number fills
 * the input. Throws PathlightError where the array does not fit, and for numbers that the input's type does not have.
 */
export function boundTensor(input: DeclaredInput, value: BoundValue): Tensor {
  const { shape, data } = typeof value === 'number' ? filled(input, value) : elementsOf(input, value);
  const wrong = data.find((element) => !isOfType(element, input.type));
  if (wrong !== undefined) throw new PathlightError('onnx.bind-value', { input: input.name, value: wrong, type: input.type });
  return { shape, type: input.type, data };
}

function filled({ name, axes = [] }: DeclaredInput, value: number): Pick<Tensor, 'shape' | 'data'> {
  const shape = axes.map((axis) => (typeof axis === 'number' ? axis : 1));
  const elements = sizeOf(shape);
  if (elements > MOST_FILLED) throw new PathlightError('onnx.elements', { owner: 'input', name, shape, elements, most: MOST_FILLED });
  return { shape, data: new Float64Array(elements).fill(value) };
}

function elementsOf(input: DeclaredInput, value: Exclude<BoundValue, number>): Pick<Tensor, 'shape' | 'data'> {
  const hasShape = 'shape' in value && !isValues(value);
  const data = toNumbers(hasShape ? value.data : value, `bind ${input.name}`);
  const given: Shape = hasShape ? value.shape : [data.length];
  const shape = shapeFor(input, given);
  if (shape === undefined || sizeOf(given) !== data.length) {
    throw new PathlightError('onnx.bind-shape', { input: input.name, given, wanted: input.axes ?? [] });
  }
  return { shape, data };
}

/** The shape that an array gets as this input: its own, or with axes of size 1 more or fewer. */
function shapeFor({ axes }: DeclaredInput, given: Shape): Shape | undefined {
  if (axes === undefined) return given;
  const fits = axes.length === given.length && axes.every((axis, position) => typeof axis === 'string' || axis === given[position]);
  if (fits) return given;
  const shape = axes.map((axis) => (typeof axis === 'number' ? axis : 1));
  const long = (sizes: Shape) => sizes.filter((size) => size !== 1).join();
  return long(shape) === long(given) ? shape : undefined;
}

function isOfType(element: number, type: ElementType): boolean {
  return type === 'float' ? Number.isFinite(element) : type === 'int' ? Number.isInteger(element) : element === 0 || element === 1;
}
