import { type Shape, sizeAt, sizeOf } from '../../tensor/tensor.js';
import { type Graph, type GraphNode, shapeOf } from '../graph.js';
import type { Plane } from '../plane.js';
import { leadingTo } from './reach.js';

/** The most tokens that are no part of the plane: a class token, that of a teacher, registers. */
const MOST_OTHER_TOKENS = 16;

interface Grid {
  readonly rows: number;
  readonly columns: number;
}

/**
 * The plane of a value: 1 x channels x rows x columns, 1 x rows x columns x channels where only these rows and columns have the proportions of
 * the image, or 1 x tokens x channels where tokens are the places of a plane of the graph, row by row, beside a few others. undefined where
 * a value has no plane, or one of a single place.
 */
export function planeOf(graph: Graph, value: string): Plane | undefined {
  const shape = shapeOf(graph, value);
  if (shape.length === 4) return planeOfAxes(graph, shape);
  return shape.length === 3 && shape[0] === 1 ? planeOfTokens(graph, value, sizeAt(shape, 1), sizeAt(shape, 2)) : undefined;
}

function planeOfAxes(graph: Graph, shape: Shape): Plane | undefined {
  const first = { rows: sizeAt(shape, 2), columns: sizeAt(shape, 3) };
  const last = { rows: sizeAt(shape, 1), columns: sizeAt(shape, 2) };
  const image = imageGrid(graph);
  const channelsLast = image !== undefined && !isReduced(image, first) && isReduced(image, last) && last.rows * last.columns > 1;
  const grid = channelsLast ? last : first;
  const places = grid.rows * grid.columns;
  if (places === 1) return undefined;
  const channels = sizeOf(shape) / places;
  return { ...grid, channels, offset: 0, channelStride: channelsLast ? 1 : places, placeStride: channelsLast ? channels : 1 };
}

function planeOfTokens(graph: Graph, value: string, tokens: number, channels: number): Plane | undefined {
  const leading = leadingTo(graph, [value], () => true).reverse();
  const grid = nearestGrid(graph, leading, tokens) ?? gridOfPatches(graph, tokens);
  if (grid === undefined) return undefined;
  const before = tokensBefore(graph, leading, tokens, grid.rows * grid.columns);
  return { ...grid, channels, offset: before * channels, channelStride: 1, placeStride: channels };
}

/** The plane, among those that nodes before a value have, the nearest first, that leaves the fewest tokens over. */
function nearestGrid(graph: Graph, leading: readonly GraphNode[], tokens: number): Grid | undefined {
  let best: Grid | undefined;
  let fewest = MOST_OTHER_TOKENS + 1;
  for (const { output } of leading) {
    const shape = shapeOf(graph, output);
    const plane = shape.length === 4 ? planeOfAxes(graph, shape) : undefined;
    const image = imageGrid(graph);
    if (plane === undefined || image === undefined || !isReduced(image, plane)) continue;
    const others = tokens - plane.rows * plane.columns;
    if (others < 0 || others >= fewest) continue;
    [best, fewest] = [{ rows: plane.rows, columns: plane.columns }, others];
  }
  return best;
}

/** The grid of square patches of the image, where an export cuts the image into patches without making a plane of them. */
function gridOfPatches(graph: Graph, tokens: number): Grid | undefined {
  const image = imageGrid(graph);
  if (image === undefined) return undefined;
  for (let others = 0; others <= MOST_OTHER_TOKENS; others++) {
    const places = tokens - others;
    const side = Math.sqrt((image.rows * image.columns) / places);
    if (places > 1 && Number.isInteger(side) && image.rows % side === 0 && image.columns % side === 0) {
      return { rows: image.rows / side, columns: image.columns / side };
    }
  }
  return undefined;
}

/** How many tokens come before those of the plane: as the nearest Concat joins them, or all others where none does. */
function tokensBefore(graph: Graph, leading: readonly GraphNode[], tokens: number, places: number): number {
  const count = (name: string) => shapeOf(graph, name)[1] ?? 0;
  for (const { op, inputs, output } of leading) {
    const shape = shapeOf(graph, output);
    if (op !== 'Concat' || shape.length !== 3 || shape[1] !== tokens) continue;
    const at = inputs.findIndex((input) => count(input) === places);
    if (at >= 0 && places < tokens) return inputs.slice(0, at).reduce((sum, input) => sum + count(input), 0);
  }
  return tokens - places;
}

/** Whether a value's plane, channels first, has the proportions of the image. */
export function hasProportions(graph: Graph, value: string): boolean {
  const [image, shape] = [imageGrid(graph), shapeOf(graph, value)];
  return image !== undefined && shape.length === 4 && isReduced(image, { rows: sizeAt(shape, 2), columns: sizeAt(shape, 3) });
}

/** Rows and columns of the image: its two axes beside that of channels, which is the smallest. undefined where the input is no image. */
function imageGrid({ input: { shape } }: Graph): Grid | undefined {
  if (shape.length !== 4) return undefined;
  const [, first, middle, last] = shape as [number, number, number, number];
  return last < first ? { rows: first, columns: middle } : { rows: middle, columns: last };
}

/** Whether a plane has the proportions of the image, up to the rounding of one window. */
function isReduced(image: Grid, { rows, columns }: Grid): boolean {
  return Math.abs(rows * image.columns - columns * image.rows) <= Math.max(image.rows, image.columns) && rows <= image.rows;
}
