import { itemAt } from '../tensor/items.js';
import type { Patches } from '../tensor/pixels.js';
import { type LabColour, labAt, labDistance, toLab } from './lab.js';
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
  let centres = firstCentres(lab, width, height, pitch);
  const labels = new Int32Array(width * height).fill(-1);
  for (let round = 0; round < ROUNDS; round++) {
    assign(labels, centres, lab, width, height, pitch);
    centres = move(labels, centres, lab, width);
  }
  return connect(labels, lab, width, height, SMALLEST * pitch * pitch);
}

interface Centre extends LabColour {
  readonly x: number;
  readonly y: number;
}

function firstCentres(lab: Float64Array, width: number, height: number, pitch: number): Centre[] {
  const across = Math.max(1, Math.round(width / pitch));
  const down = Math.max(1, Math.round(height / pitch));
  const centres: Centre[] = [];
  for (let row = 0; row < down; row++) {
    for (let column = 0; column < across; column++) {
      const x = Math.floor(((column + 0.5) * width) / across);
      const y = Math.floor(((row + 0.5) * height) / down);
      const pixel = flattest(lab, width, height, x, y);
      centres.push({ ...labAt(lab, pixel), x: pixel % width, y: Math.floor(pixel / width) });
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
      const across = labDistance(labAt(lab, pixel - 1), labAt(lab, pixel + 1));
      const gradient = across + labDistance(labAt(lab, pixel - width), labAt(lab, pixel + width));
      if (gradient < lowest) [best, lowest] = [pixel, gradient];
    }
  }
  return best;
}

function assign(labels: Int32Array, centres: readonly Centre[], lab: Float64Array, width: number, height: number, pitch: number): void {
  const distances = new Float64Array(labels.length).fill(Number.POSITIVE_INFINITY);
  const plane = (COMPACTNESS / pitch) ** 2;
  const reach = Math.ceil(pitch);
  for (const [label, centre] of centres.entries()) {
    const { light, a, b, x, y } = centre;
    for (let v = Math.max(0, Math.round(y) - reach); v <= Math.min(height - 1, Math.round(y) + reach); v++) {
      for (let u = Math.max(0, Math.round(x) - reach); u <= Math.min(width - 1, Math.round(x) + reach); u++) {
        const pixel = v * width + u;
        const colour = (lab[3 * pixel]! - light) ** 2 + (lab[3 * pixel + 1]! - a) ** 2 + (lab[3 * pixel + 2]! - b) ** 2;
        const distance = colour + plane * ((u - x) ** 2 + (v - y) ** 2);
        if (distance < distances[pixel]!) {
          distances[pixel] = distance;
          labels[pixel] = label;
        }
      }
    }
  }
}

/** The centres at the means of their pixels. A centre without pixels stays. */
function move(labels: Int32Array, centres: readonly Centre[], lab: Float64Array, width: number): Centre[] {
  const sums = centres.map(() => ({ size: 0, light: 0, a: 0, b: 0, x: 0, y: 0 }));
  labels.forEach((label, pixel) => {
    if (label < 0) return;
    const sum = itemAt(sums, label);
    sum.size++;
    addColour(sum, labAt(lab, pixel));
    sum.x += pixel % width;
    sum.y += Math.floor(pixel / width);
  });
  return sums.map(({ size, light, a, b, x, y }, label) =>
    size > 0 ? { light: light / size, a: a / size, b: b / size, x: x / size, y: y / size } : itemAt(centres, label),
  );
}

type ColourSum = { -readonly [K in keyof LabColour]: number };

function addColour(sum: ColourSum, { light, a, b }: LabColour): void {
  sum.light += light;
  sum.a += a;
  sum.b += b;
}

/** A connected part of a superpixel. Its size and sum include the parts merged into it. */
interface Part {
  size: number;
  /** Sums of L, a and b over all its pixels. */
  readonly sum: ColourSum;
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
    while (joined[root] !== root) root = itemAt(joined, root);
    return root;
  };
  const bySize = [...parts.entries()].sort(([a, one], [b, other]) => one.size - other.size || a - b);
  for (const [small, part] of bySize) {
    if (part.size >= smallest || joined[small] !== small) continue;
    const others = new Set([...part.neighbours].map(rootOf).filter((other) => other !== small));
    const [nearest] = [...others]
      .map((other) => ({ other, onto: itemAt(parts, other), distance: labDistance(meanOf(part), meanOf(itemAt(parts, other))) }))
      .sort((a, b) => a.distance - b.distance || a.other - b.other);
    if (nearest === undefined) continue;
    const { onto } = nearest;
    joined[small] = nearest.other;
    onto.size += part.size;
    addColour(onto.sum, part.sum);
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

function meanOf({ sum, size }: Part): LabColour {
  return { light: sum.light / size, a: sum.a / size, b: sum.b / size };
}

function findParts(labels: Int32Array, lab: Float64Array, width: number, height: number): { partOf: Uint32Array; parts: Part[] } {
  const partOf = new Uint32Array(labels.length);
  const seen = new Uint8Array(labels.length);
  const parts: Part[] = [];
  for (let start = 0; start < labels.length; start++) {
    if (seen[start]) continue;
    const pixels = flood(labels, seen, start, width, height);
    const sum = { light: 0, a: 0, b: 0 };
    for (const pixel of pixels) {
      partOf[pixel] = parts.length;
      addColour(sum, labAt(lab, pixel));
    }
    parts.push({ size: pixels.length, sum, neighbours: new Set() });
  }
  for (let pixel = 0; pixel < labels.length; pixel++) {
    const meets = (other: number) => {
      if (partOf[pixel] === partOf[other]) return;
      const [one, two] = [itemAt(partOf, pixel), itemAt(partOf, other)];
      itemAt(parts, one).neighbours.add(two);
      itemAt(parts, two).neighbours.add(one);
    };
    if ((pixel + 1) % width > 0) meets(pixel + 1);
    if (pixel + width < labels.length) meets(pixel + width);
  }
  return { partOf, parts };
}

function flood(labels: Int32Array, seen: Uint8Array, start: number, width: number, height: number): number[] {
  const part = [start];
  seen[start] = 1;
  // The list grows while it is read.
  for (const pixel of part) {
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
