import { createPicture, type Picture } from '../../src/image/picture.js';
import { Xoshiro128 } from '../../src/tensor/random.js';
import { type Colour, fromHue, mix, plus, scale, times } from './colour.js';
import { norm3 } from './distance.js';
import { PLACES, type Place, type PlaceName } from './places.js';
import { THINGS, type Thing, type ThingName } from './things.js';

export const SIDE = 64;

export interface Scene {
  thing: ThingName;
  place: PlaceName;
  /** Everything else about the picture follows from it. */
  seed: number;
}

export interface Rendered {
  picture: Picture;
  /** [SIDE][SIDE], 0 to 255: how much of a pixel the thing covers. Its shadow does not count. */
  cover: Uint8Array;
}

type Vector = readonly [x: number, y: number, z: number];

interface Pebble {
  centre: Vector;
  radius: number;
  colour: Colour;
}

interface Stage {
  thing: Thing;
  place: Place;
  pebbles: readonly Pebble[];
  /** Towards the sun. */
  sun: Vector;
  /** The thing's turn about the y axis. */
  cosine: number;
  sine: number;
}

/** Rays for a pixel's side: 2 x 2 are enough where a pixel is a 64th of the picture. */
const RAYS = 2;
/** Steps after which a ray is taken to have missed. */
const STEPS = 56;
const EPSILON = 0.002;

/**
 * Draws a scene: rays of a pinhole camera are followed to the thing by sphere tracing (Hart, "Sphere tracing", 1996), to the ground by a division.
 * A sun with soft shadows and a sky light them. Then the picture gets what a camera adds: exposure, tint, vignetting, noise.
 *
 * @returns colour, SIDE x SIDE
 */
export function render({ thing, place, seed }: Scene): Rendered {
  const random = Xoshiro128.fromSeed(seed);
  const between = (low: number, high: number) => low + (high - low) * random.uniform();
  const solid: Thing = THINGS[thing](random);
  const range = solid.turn ?? Math.PI / 2;
  const turn = between(-range, range) + (random.uniform() < 0.5 ? 0 : Math.PI);
  const height = between(0.5, 1.2);
  const stage: Stage = {
    thing: solid,
    place: PLACES[place](random),
    pebbles: Array.from({ length: random.below(4) }, () => pebble(random)),
    sun: unit([between(-0.9, 0.9), height, between(-0.25, 0.8)]),
    cosine: Math.cos(turn),
    sine: Math.sin(turn),
  };
  const elevation = between(0.12, 0.6);
  const away = between(3, 4.3);
  const aim: Vector = [between(-0.22, 0.22), solid.height + between(-0.18, 0.18), 0];
  const eye: Vector = [aim[0], aim[1] + away * Math.sin(elevation), away * Math.cos(elevation)];
  const forward = unit([aim[0] - eye[0], aim[1] - eye[1], aim[2] - eye[2]]);
  const roll = between(-0.06, 0.06);
  const right: Vector = [Math.cos(roll), Math.sin(roll), 0];
  const down: Vector = cross(forward, right);
  const zoom = 0.36;

  const exposure = between(0.75, 1.25);
  const tint: Colour = [between(0.92, 1.08), 1, between(0.92, 1.08)];
  const [vignette, noise] = [between(0, 0.35), between(0.004, 0.025)];
  const picture = createPicture(SIDE, SIDE, 3);
  const cover = new Uint8Array(SIDE * SIDE);
  for (let row = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++) {
      let [light, hits]: [Colour, number] = [[0, 0, 0], 0];
      for (let ray = 0; ray < RAYS * RAYS; ray++) {
        const u = ((column + ((ray % RAYS) + 0.5) / RAYS) / SIDE) * 2 - 1;
        const v = ((row + (Math.floor(ray / RAYS) + 0.5) / RAYS) / SIDE) * 2 - 1;
        const direction = unit([
          forward[0] + zoom * (u * right[0] + v * down[0]),
          forward[1] + zoom * (u * right[1] + v * down[1]),
          forward[2] + zoom * (u * right[2] + v * down[2]),
        ]);
        const seen = trace(stage, eye, direction);
        light = plus(light, seen.light);
        if (seen.thing) hits++;
      }
      const pixel = row * SIDE + column;
      cover[pixel] = Math.round((255 * hits) / (RAYS * RAYS));
      const [x, y] = [(column / SIDE) * 2 - 1, (row / SIDE) * 2 - 1];
      const brightness = (exposure / (RAYS * RAYS)) * (1 - vignette * 0.5 * (x * x + y * y));
      const grain = noise * random.normal();
      for (let channel = 0; channel < 3; channel++) {
        const linear = light[channel]! * brightness * tint[channel]!;
        // A shoulder instead of clipping: 1 is reached only by infinite light.
        const shown = (linear * (1 + linear / 4)) / (1 + linear);
        picture.data[3 * pixel + channel] = Math.round(
          255 * Math.min(1, Math.max(0, (1.25 * shown) ** (1 / 2.2) + grain + noise * 0.5 * random.normal())),
        );
      }
    }
  }
  return { picture, cover };
}

function pebble(random: Xoshiro128): Pebble {
  const [angle, from] = [random.uniform() * 2 * Math.PI, 0.95 + 0.9 * random.uniform()];
  const radius = 0.05 + 0.12 * random.uniform();
  return {
    centre: [from * Math.cos(angle), radius * 0.8, from * Math.sin(angle)],
    radius,
    colour: fromHue(random.uniform(), 0.6 * random.uniform(), 0.1 + 0.5 * random.uniform()),
  };
}

/** The light that comes along a ray, and whether from the thing. */
function trace(stage: Stage, eye: Vector, direction: Vector): { light: Colour; thing: boolean } {
  const toGround = direction[1] < 0 ? -eye[1] / direction[1] : Number.POSITIVE_INFINITY;
  const found = march(stage, eye, direction, toGround);
  let nearest = found ?? toGround;
  let pebble: Pebble | undefined;
  for (const candidate of stage.pebbles) {
    const at = meet(eye, direction, candidate.centre, candidate.radius)?.[0];
    if (at !== undefined && at > 0 && at < nearest) [nearest, pebble] = [at, candidate];
  }
  const point: Vector = [eye[0] + nearest * direction[0], eye[1] + nearest * direction[1], eye[2] + nearest * direction[2]];
  if (pebble !== undefined) {
    const { centre, colour } = pebble;
    return {
      light: lit(stage, point, unit([point[0] - centre[0], point[1] - centre[1], point[2] - centre[2]]), colour, 0.1, direction),
      thing: false,
    };
  }
  if (found !== undefined) {
    const [x, z] = turned(stage, point[0], point[2]);
    return {
      light: lit(stage, point, normalAt(stage, point), stage.thing.colour(x, point[1], z), stage.thing.gloss, direction),
      thing: true,
    };
  }
  const { place } = stage;
  const behind = place.backdrop(direction[0], direction[1]);
  const far = Math.sqrt(point[0] * point[0] + point[2] * point[2]);
  if (!(far < place.reach)) return { light: behind, thing: false };
  let near = lit(stage, point, [0, 1, 0], place.ground(point[0], point[2]), 0, direction);
  for (const { centre, radius } of stage.pebbles) {
    const from = Math.sqrt((point[0] - centre[0]) ** 2 + (point[2] - centre[2]) ** 2);
    if (from < 2 * radius) near = scale(near, 0.45 + 0.55 * (from / (2 * radius)) ** 2);
  }
  return { light: mix(near, behind, 0.6 * (far / place.reach) ** 2), thing: false };
}

/** Sun with shadow, sky, the ground's reflection from below, and the sun's highlight. */
function lit(stage: Stage, point: Vector, normal: Vector, colour: Colour, gloss: number, direction: Vector): Colour {
  const { sun, place, thing } = stage;
  const facing = dot(normal, sun);
  const shade =
    facing > 0 ? facing * shadow(stage, [point[0] + 0.01 * normal[0], point[1] + 0.01 * normal[1], point[2] + 0.01 * normal[2]]) : 0;
  // Ambient occlusion: how far the thing is from a point a little above the surface, of how far it would be if nothing were near.
  const probe = 0.25;
  const [x, z] = turned(stage, point[0] + probe * normal[0], point[2] + probe * normal[2]);
  const y = point[1] + probe * normal[1];
  const near = Math.abs(x) < thing.radius + probe && Math.abs(z) < thing.radius + probe;
  const open = near ? 0.35 + 0.65 * Math.min(1, Math.max(0, thing.distance(x, y, z) / probe)) : 1;
  const low = Math.min(1, 0.55 + Math.max(0, point[1] + probe * normal[1]));
  const ambient = scale(place.sky, open * low * (0.65 + 0.35 * normal[1]));
  const light = times(colour, plus(scale(place.sun, shade), ambient));
  if (gloss === 0 || shade === 0) return light;
  const half = unit([sun[0] - direction[0], sun[1] - direction[1], sun[2] - direction[2]]);
  return plus(light, scale(place.sun, 0.7 * gloss * shade * Math.max(0, dot(normal, half)) ** 40));
}

/** The share of the sun's light that reaches a point past the thing, with a penumbra: 1 is all. */
function shadow(stage: Stage, point: Vector): number {
  const { thing, sun } = stage;
  const span = meet(point, sun, [0, thing.height, 0], thing.radius);
  if (span === undefined || span[1] < 0) return 1;
  let [at, share] = [Math.max(0.02, span[0]), 1];
  for (let step = 0; step < 28 && at < span[1]; step++) {
    const [x, z] = turned(stage, point[0] + at * sun[0], point[2] + at * sun[2]);
    const distance = thing.distance(x, point[1] + at * sun[1], z);
    if (distance < EPSILON) return 0;
    share = Math.min(share, (9 * distance) / at);
    at += Math.max(0.015, distance);
  }
  return share;
}

/** How far along a ray the thing is, if it is nearer than `limit`. */
function march(stage: Stage, eye: Vector, direction: Vector, limit: number): number | undefined {
  const { thing } = stage;
  const span = meet(eye, direction, [0, thing.height, 0], thing.radius);
  if (span === undefined) return undefined;
  const end = Math.min(span[1], limit);
  let at = Math.max(0, span[0]);
  for (let step = 0; step < STEPS && at < end; step++) {
    const [x, z] = turned(stage, eye[0] + at * direction[0], eye[2] + at * direction[2]);
    const distance = thing.distance(x, eye[1] + at * direction[1], z);
    if (distance < EPSILON) return at;
    at += distance;
  }
  return undefined;
}

/** The gradient of the distance, from four points around (Quilez, "Normals for an SDF"). */
function normalAt(stage: Stage, point: Vector): Vector {
  const corners: readonly Vector[] = [
    [1, -1, -1],
    [-1, -1, 1],
    [-1, 1, -1],
    [1, 1, 1],
  ];
  let normal: Vector = [0, 0, 0];
  for (const corner of corners) {
    const [x, z] = turned(stage, point[0] + 0.004 * corner[0], point[2] + 0.004 * corner[2]);
    const distance = stage.thing.distance(x, point[1] + 0.004 * corner[1], z);
    normal = plus(normal, scale(corner, distance));
  }
  return unit(normal);
}

/** Coordinates on the ground as the thing has them. */
function turned({ cosine, sine }: Stage, x: number, z: number): readonly [x: number, z: number] {
  return [cosine * x - sine * z, sine * x + cosine * z];
}

/** Where a ray enters and leaves a sphere. */
function meet(eye: Vector, direction: Vector, centre: Vector, radius: number): readonly [number, number] | undefined {
  const offset: Vector = [eye[0] - centre[0], eye[1] - centre[1], eye[2] - centre[2]];
  const along = dot(offset, direction);
  const inside = along * along - dot(offset, offset) + radius * radius;
  if (inside < 0) return undefined;
  const half = Math.sqrt(inside);
  return [-along - half, -along + half];
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function unit(vector: Vector): Vector {
  const length = norm3(...vector) || 1;
  return [vector[0] / length, vector[1] / length, vector[2] / length];
}
