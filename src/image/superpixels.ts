import type { Patches } from '../tensor/pixels.js';
import { toLab } from './lab.js';
import { type Picture, toColour } from './picture.js';

/** Weight of the distance in the plane relative to the distance in colour; the paper's value. Smaller values follow edges more closely. */
const COMPACTNESS = 10;
/** Rounds of k-means, the paper's number: centres hardly move afterwards. */
const ROUNDS = 10;
/** A part that is not connected to the rest of its superpixel joins a neighbour if it is smaller than this share of a superpixel. */
const SMALLEST = 1 / 4;

/**
 * SLIC superpixels (Achanta et al., SLIC Superpixels Compared to State-of-the-Art Superpixel Methods, PAMI 2012): k-means of pixels in
 * CIELAB and the plane, with the distance D^2 = d_lab^2 + (m d_xy / S)^2, where S is the pitch of the grid. Centres begin on a regular
 * grid, each at the lowest gradient of its 3 x 3 pixels. Each centre looks at the pixels of a window of side 2 S. At the end small parts
 * join a neighbour, so that every superpixel is connected. The result is deterministic. `wanted` is the approximate number of superpixels.
 * Alpha must have been composited before.
 */
export function superpixels(picture: Picture, wanted: number): Patches {
  const { width, height } = picture;
  const lab = toLab(toColour(picture));
  const pitch = Math.sqrt((width * height) / Math.max(1, Math.min(wanted, width * height)));
  const centres = firstCentres(lab, width, height, pitch);
  const labels = new Int32Array(width * height).fill(-1);
  for (let round = 0; round < ROUNDS; round++) {
    assign(labels, centres, lab, width, height, pitch);
    move(labels, centres, lab, width);
  }
  return connect(labels, lab, width, height, SMALLEST * pitch * pitch);
}

/** [centres][L, a, b, x, y] */
type Centres = Float64Array;

function firstCentres(lab: Float64Array, width: number, height: number, pitch: number): Centres {
  const across = Math.max(1, Math.round(width / pitch));
  const down = Math.max(1, Math.round(height / pitch));
  const centres = new Float64Array(5 * across * down);
  for (let row = 0; row < down; row++) {
    for (let column = 0; column < across; column++) {
      const x = Math.floor(((column + 0.5) * width) / across);
      const y = Math.floor(((row + 0.5) * height) / down);
      const pixel = flattest(lab, width, height, x, y);
      centres.set([...lab.subarray(3 * pixel, 3 * pixel + 3), pixel % width, Math.floor(pixel / width)], 5 * (row * across + column));
    }
  }
  return centres;
}

/** The pixel with the lowest gradient among the 3 x 3 around (x, y), because a centre should not lie on an edge. */
function flattest(lab: Float64Array, width: number, height: number, x: number, y: number): number {
  let best = y * width + x;
  let lowest = Number.POSITIVE_INFINITY;
  for (let v = Math.max(1, y - 1); v <= Math.min(height - 2, y + 1); v++) {
    for (let u = Math.max(1, x - 1); u <= Math.min(width - 2, x + 1); u++) {
      const pixel = v * width + u;
      const gradient = colourDistance(lab, pixel - 1, pixel + 1) + colourDistance(lab, pixel - width, pixel + width);
      if (gradient < lowest) [best, lowest] = [pixel, gradient];
    }
  }
  return best;
}

function colourDistance(lab: Float64Array, a: number, b: number): number {
  return (lab[3 * a]! - lab[3 * b]!) ** 2 + (lab[3 * a + 1]! - lab[3 * b + 1]!) ** 2 + (lab[3 * a + 2]! - lab[3 * b + 2]!) ** 2;
}

function assign(labels: Int32Array, centres: Centres, lab: Float64Array, width: number, height: number, pitch: number): void {
  const distances = new Float64Array(labels.length).fill(Number.POSITIVE_INFINITY);
  const plane = (COMPACTNESS / pitch) ** 2;
  const reach = Math.ceil(pitch);
  for (let centre = 0; centre < centres.length / 5; centre++) {
    const [light, a, b, x, y] = centres.subarray(5 * centre, 5 * centre + 5) as unknown as [number, number, number, number, number];
    for (let v = Math.max(0, Math.round(y) - reach); v <= Math.min(height - 1, Math.round(y) + reach); v++) {
      for (let u = Math.max(0, Math.round(x) - reach); u <= Math.min(width - 1, Math.round(x) + reach); u++) {
        const pixel = v * width + u;
        const colour = (lab[3 * pixel]! - light) ** 2 + (lab[3 * pixel + 1]! - a) ** 2 + (lab[3 * pixel + 2]! - b) ** 2;
        const distance = colour + plane * ((u - x) ** 2 + (v - y) ** 2);
        if (distance < distances[pixel]!) {
          distances[pixel] = distance;
          labels[pixel] = centre;
        }
      }
    }
  }
}

/** Moves every centre to the mean of its pixels. A centre without pixels stays. */
function move(labels: Int32Array, centres: Centres, lab: Float64Array, width: number): void {
  const sums = new Float64Array(centres.length);
  const counts = new Float64Array(centres.length / 5);
  labels.forEach((label, pixel) => {
    if (label < 0) return;
    counts[label]!++;
    for (let c = 0; c < 3; c++) sums[5 * label + c]! += lab[3 * pixel + c]!;
    sums[5 * label + 3]! += pixel % width;
    sums[5 * label + 4]! += Math.floor(pixel / width);
  });
  counts.forEach((count, centre) => {
    for (let i = 0; count > 0 && i < 5; i++) centres[5 * centre + i] = sums[5 * centre + i]! / count;
  });
}

/** A connected part of a superpixel. Its size and sum include the parts merged into it. */
interface Part {
  size: number;
  /** Sums of L, a and b over all its pixels. */
  readonly sum: [number, number, number];
  readonly neighbours: Set<number>;
}

/**
 * Makes every superpixel connected. Parts smaller than `smallest`, the smallest first, join the neighbour whose mean colour is nearest.
 * (The paper takes the largest neighbour, which gives a bird's beak to the sky.) Labels are renumbered in the order of their first pixels.
 */
function connect(labels: Int32Array, lab: Float64Array, width: number, height: number, smallest: number): Patches {
  const { partOf, parts } = findParts(labels, lab, width, height);
  const joined = parts.map((_, part) => part);
  const rootOf = (part: number): number => {
    let root = part;
    while (joined[root] !== root) root = joined[root]!;
    return root;
  };
  const bySize = [...parts.keys()].sort((a, b) => parts[a]!.size - parts[b]!.size || a - b);
  for (const small of bySize) {
    const part = parts[small]!;
    if (part.size >= smallest || joined[small] !== small) continue;
    const others = new Set([...part.neighbours].map(rootOf).filter((other) => other !== small));
    const nearest = [...others].sort((a, b) => partDistance(part, parts[a]!) - partDistance(part, parts[b]!) || a - b)[0];
    if (nearest === undefined) continue;
    const onto = parts[nearest]!;
    joined[small] = nearest;
    onto.size += part.size;
    for (let c = 0; c < 3; c++) onto.sum[c]! += part.sum[c]!;
    for (const other of others) onto.neighbours.add(other);
  }
  const numbers = new Map<number, number>();
  const result = Uint32Array.from(partOf, (part) => {
    const root = rootOf(part);
    const number = numbers.get(root) ?? numbers.size;
    numbers.set(root, number);
    return number;
  });
  return { labels: result, count: numbers.size };
}

function partDistance(a: Part, b: Part): number {
  return a.sum.reduce((distance, sum, c) => distance + (sum / a.size - b.sum[c]! / b.size) ** 2, 0);
}

function findParts(labels: Int32Array, lab: Float64Array, width: number, height: number): { partOf: Uint32Array; parts: Part[] } {
  const partOf = new Uint32Array(labels.length);
  const seen = new Uint8Array(labels.length);
  const parts: Part[] = [];
  for (let start = 0; start < labels.length; start++) {
    if (seen[start]) continue;
    const pixels = flood(labels, seen, start, width, height);
    const sum: Part['sum'] = [0, 0, 0];
    for (const pixel of pixels) {
      partOf[pixel] = parts.length;
      for (let c = 0; c < 3; c++) sum[c]! += lab[3 * pixel + c]!;
    }
    parts.push({ size: pixels.length, sum, neighbours: new Set() });
  }
  for (let pixel = 0; pixel < labels.length; pixel++) {
    const meets = (other: number) => {
      if (partOf[pixel] === partOf[other]) return;
      parts[partOf[pixel]!]!.neighbours.add(partOf[other]!);
      parts[partOf[other]!]!.neighbours.add(partOf[pixel]!);
    };
    if ((pixel + 1) % width > 0) meets(pixel + 1);
    if (pixel + width < labels.length) meets(pixel + width);
  }
  return { partOf, parts };
}

function flood(labels: Int32Array, seen: Uint8Array, start: number, width: number, height: number): number[] {
  const part = [start];
  seen[start] = 1;
  for (let next = 0; next < part.length; next++) {
    const pixel = part[next]!;
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const visit = (inside: boolean, other: number) => {
      if (!inside || seen[other] || labels[other] !== labels[start]) return;
      seen[other] = 1;
      part.push(other);
    };
    visit(x > 0, pixel - 1);
    visit(x < width - 1, pixel + 1);
    visit(y > 0, pixel - width);
    visit(y < height - 1, pixel + width);
  }
  return part;
}
