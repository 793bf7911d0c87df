import type { Xoshiro128 } from '../../src/tensor/random.js';
import { type Colour, fromHue, mix, scale, smoothstep } from './colour.js';
import { norm2, norm3, smoothUnion, toBox, toCone, toCylinder, toEllipsoid, toTorus } from './distance.js';
import { cellNoise, fractalNoise, valueNoise } from './noise.js';

/** A solid that stands on the plane y = 0, within `radius` of (0, height, 0). Units: about the size of the thing. */
export interface Thing {
  radius: number;
  height: number;
  /** How far it is turned from its side view at most, radians. Seen from its end, a fish is a line. */
  turn?: number;
  /** How strongly it mirrors the sun, 0 to 1. */
  gloss: number;
  /** A lower bound of the distance from a point to the solid; negative inside. */
  distance(x: number, y: number, z: number): number;
  /** The colour of the surface at a point of it. */
  colour(x: number, y: number, z: number): Colour;
}

const DARK: Colour = [0.02, 0.02, 0.025];
const WHITE: Colour = [0.85, 0.85, 0.83];

const between = (random: Xoshiro128, low: number, high: number) => low + (high - low) * random.uniform();
const oneOf = <T>(random: Xoshiro128, items: readonly T[]): T => items[random.below(items.length)]!;

function apple(random: Xoshiro128): Thing {
  const skin = oneOf<readonly [Colour, Colour]>(random, [
    [
      [0.5, 0.02, 0.03],
      [0.55, 0.3, 0.05],
    ],
    [
      [0.25, 0.42, 0.05],
      [0.35, 0.5, 0.08],
    ],
    [
      [0.6, 0.08, 0.05],
      [0.7, 0.55, 0.1],
    ],
    [
      [0.65, 0.5, 0.06],
      [0.6, 0.15, 0.05],
    ],
  ]);
  const [r, flat, lean, salt] = [between(random, 0.5, 0.6), between(random, 0.88, 1.02), between(random, -0.12, 0.12), random.below(1000)];
  const leaf = random.uniform() < 0.6;
  return {
    radius: 0.82,
    height: 0.6,
    gloss: 0.5,
    distance(x, y, z) {
      const up = (y - r * flat) / flat;
      const across = norm2(x, z);
      const dimple = 0.2 * Math.exp(-14 * across * across) * (up > 0 ? 1 : 0.6) + (up < 0 ? 0.06 * across * -up : 0);
      let found = (norm3(x, up, z) - r + dimple) * 0.8;
      const stemY = y - 1.9 * r * flat;
      found = Math.min(found, toCylinder(x - lean * stemY, stemY, z, 0.025, 0.14));
      if (leaf) found = Math.min(found, toEllipsoid(x - 0.14, stemY - 0.06 - 0.3 * (x - 0.14), z, 0.14, 0.03, 0.07));
      return found;
    },
    colour(x, y, z) {
      if (y > 1.82 * r * flat && norm2(x, z) < 0.06) return [0.12, 0.07, 0.03];
      if (leaf && y > 1.9 * r * flat) return [0.08, 0.25, 0.03];
      const streak = fractalNoise(6 * Math.atan2(z, x), 1.5 * y, salt);
      return mix(skin[0], skin[1], smoothstep(0.35, 0.8, streak * 0.7 + 0.4 * smoothstep(0.2, 0, norm2(x, z))));
    },
  };
}

function ball(random: Xoshiro128): Thing {
  const [r, turn, tip] = [between(random, 0.5, 0.62), between(random, 0, 7), between(random, -1.2, 1.2)];
  const hue = random.uniform();
  const coloured = Array.from({ length: 3 }, (_, i) => fromHue((hue + i / 3 + between(random, -0.06, 0.06) + 1) % 1, 0.92, 0.62));
  const white = random.uniform() < 0.7;
  const segments = oneOf(random, [6, 8]);
  return {
    radius: r + 0.02,
    height: r,
    gloss: 0.6,
    distance: (x, y, z) => norm3(x, y - r, z) - r,
    colour(x, y, z) {
      const up = y - r;
      const [u, v] = [up * Math.cos(tip) - z * Math.sin(tip), up * Math.sin(tip) + z * Math.cos(tip)];
      if (Math.abs(u) > 0.93 * r) return WHITE;
      const segment = Math.floor(((Math.atan2(v, x) + turn) / (2 * Math.PI)) * segments + 2 * segments) % segments;
      return white && segment % 2 === 0 ? WHITE : coloured[(white ? segment >> 1 : segment) % 3]!;
    },
  };
}

function banana(random: Xoshiro128): Thing {
  const [bend, half, tube] = [between(random, 0.6, 0.8), between(random, 0.85, 1.05), between(random, 0.16, 0.21)];
  const [tilt, salt] = [between(random, 0.15, 1.1), random.below(1000)];
  const upwards = random.uniform() < 0.5 ? 1 : -1;
  const green = random.uniform() < 0.2 ? 0.55 : 0;
  const spots = between(random, 0, 1);
  const middle = bend * (1 + Math.cos(half)) * 0.5;
  const [sine, cosine] = [Math.sin(tilt), Math.cos(tilt)];
  const lift = tube + (sine * (bend - bend * Math.cos(half))) / 2;
  /** The angle along the arc, the distance from the arc's line, and the place across, of a point. */
  const along = (x: number, y: number, z: number) => {
    const [up, depth] = [(y - lift) * sine + z * cosine, -(y - lift) * cosine + z * sine];
    const [u, v] = [x, middle + upwards * up];
    const angle = Math.max(-half, Math.min(half, Math.atan2(u, v)));
    return { angle, off: norm3(u - bend * Math.sin(angle), v - bend * Math.cos(angle), depth) };
  };
  return {
    radius: 0.95,
    height: lift,
    turn: 1,
    gloss: 0.25,
    distance(x, y, z) {
      const { angle, off } = along(x, y, z);
      const share = Math.abs(angle) / half;
      const thickness = tube * (1 - 0.75 * share ** 4) * (angle > 0.86 * half ? 0.5 : 1);
      return (off - thickness) * 0.75;
    },
    colour(x, y, z) {
      const { angle } = along(x, y, z);
      const share = angle / half;
      if (share < -0.95 || share > 0.96) return [0.1, 0.07, 0.03];
      const yellow = mix([0.75, 0.52, 0.04], [0.35, 0.5, 0.05], Math.min(1, green + 0.6 * smoothstep(0.7, 1, Math.abs(share))));
      const spot = smoothstep(0.74, 0.82, valueNoise(9 * angle, 9 * (y + z), salt) * (0.7 + 0.3 * spots));
      return mix(yellow, [0.2, 0.12, 0.04], spot * 0.8);
    },
  };
}

function car(random: Xoshiro128): Thing {
  const paint = random.uniform() < 0.75 ? fromHue(random.uniform(), 0.9, 0.55) : scale(WHITE, oneOf(random, [0.05, 0.4, 1]));
  const [cabin, roof, shift] = [between(random, 0.32, 0.5), between(random, 0.17, 0.26), between(random, -0.16, 0.04)];
  const [wheel, nose] = [between(random, 0.145, 0.18), between(random, 0.13, 0.17)];
  return {
    radius: 0.92,
    height: 0.36,
    gloss: 0.8,
    distance(x, y, z) {
      const body = toBox(x, y - 0.1 - nose, z, 0.82, nose, 0.36, 0.09);
      const lean = 1 + 0.35 * smoothstep(0, 0.5, y - 0.36);
      const top = toBox((x - shift) * lean, y - 0.2 - 2 * nose, z * (1 + 0.12 * (lean - 1) * 4), cabin, roof, 0.32, 0.08) * 0.8;
      let found = smoothUnion(body, top, 0.08);
      for (const side of [-0.5, 0.5]) {
        found = Math.min(found, toCylinder(x - side, Math.abs(z) - 0.33, y - wheel, wheel, 0.06));
      }
      return found * 0.9;
    },
    colour(x, y, z) {
      for (const side of [-0.5, 0.5]) {
        const from = norm2(x - side, y - wheel);
        if (from < wheel + 0.015 && Math.abs(z) > 0.265) return from < 0.55 * wheel && Math.abs(z) > 0.38 ? [0.45, 0.45, 0.47] : DARK;
      }
      const pane = y > 0.16 + 2 * nose && y < 0.16 + 2 * nose + roof * 1.02;
      const post = Math.abs(x - shift - 0.02) < 0.025 || Math.abs(Math.abs(x - shift) - cabin * 0.86) < 0.03;
      if (pane && (!post || Math.abs(z) < 0.24)) return [0.03, 0.05, 0.07];
      if (Math.abs(x) > 0.76 && Math.abs(Math.abs(z) - 0.25) < 0.07 && Math.abs(y - 0.12 - nose) < 0.06)
        return x > 0 ? [0.95, 0.9, 0.7] : [0.6, 0.02, 0.02];
      return y < 0.15 ? scale(paint, 0.3) : paint;
    },
  };
}

function fish(random: Xoshiro128): Thing {
  const [long, tall, wide] = [between(random, 0.55, 0.68), between(random, 0.26, 0.38), between(random, 0.13, 0.19)];
  const back = oneOf<Colour>(random, [
    [0.75, 0.22, 0.03],
    [0.1, 0.2, 0.5],
    [0.35, 0.4, 0.42],
    [0.7, 0.5, 0.05],
    [0.55, 0.04, 0.06],
    [0.05, 0.35, 0.3],
  ]);
  const [striped, period, salt] = [random.uniform() < 0.5, between(random, 6, 10), random.below(1000)];
  const centre = tall + 0.1;
  return {
    radius: 0.98,
    height: 0.42,
    turn: 1,
    gloss: 0.55,
    distance(x, y, z) {
      const up = y - centre;
      const body = toEllipsoid(x - 0.1, up, z, long, tall, wide);
      const behind = -(x + long - 0.18);
      const tail = toBox(x + long + 0.06, up, z, 0.2, Math.max(0.03, 0.06 + 0.85 * behind), 0.02, 0.015) * 0.6;
      const fin = Math.max(toEllipsoid(x - 0.02, up - tall * 0.75, z, 0.3, 0.24, 0.03), -(x + 0.25)) * 0.8;
      const below = toEllipsoid(x - 0.05, up + tall * 0.85, z, 0.14, 0.18, 0.03) * 0.8;
      return smoothUnion(body, Math.min(tail, fin, below), 0.05) * 0.85;
    },
    colour(x, y, z) {
      const up = y - centre;
      const eye = norm2(x - 0.1 - 0.62 * long, up - 0.25 * tall);
      if (Math.abs(z) > 0.02 && eye < 0.075) return eye < 0.04 ? DARK : WHITE;
      const inBody = norm2((x - 0.1) / long, up / tall) < 1.03;
      if (!inBody) return scale(back, 0.75 + 0.25 * Math.sin(40 * up));
      const flank = mix(mix(WHITE, back, 0.25), back, smoothstep(-0.7, 0.15, up / tall));
      if (striped && Math.sin(period * x + salt) > 0.55) return mix(flank, [0.9, 0.9, 0.88], 0.8);
      return scale(flank, 0.8 + 0.35 * cellNoise(Math.floor(16 * x), Math.floor(16 * up + 0.5 * (Math.floor(16 * x) & 1)), salt));
    },
  };
}

function house(random: Xoshiro128): Thing {
  const walls = oneOf<Colour>(random, [
    [0.75, 0.68, 0.52],
    [0.8, 0.78, 0.74],
    [0.45, 0.16, 0.1],
    [0.55, 0.62, 0.68],
    [0.72, 0.5, 0.2],
    [0.35, 0.45, 0.3],
  ]);
  const roofing = oneOf<Colour>(random, [
    [0.4, 0.08, 0.05],
    [0.2, 0.12, 0.08],
    [0.14, 0.15, 0.18],
    [0.45, 0.2, 0.08],
  ]);
  const [wide, deep, tall] = [between(random, 0.42, 0.62), between(random, 0.36, 0.48), between(random, 0.26, 0.36)];
  const [pitch, chimney, storey] = [between(random, 0.7, 1.15), random.uniform() < 0.6, between(random, -0.6, 0.6)];
  const eaves = 2 * tall;
  const [sine, cosine] = [Math.sin(Math.atan(pitch)), Math.cos(Math.atan(pitch))];
  const ridge = eaves + pitch * deep;
  return {
    radius: 0.98,
    height: 0.55,
    gloss: 0.05,
    distance(x, y, z) {
      const slope = (y - ridge) * cosine + Math.abs(z) * sine;
      const gable = Math.max(slope, Math.abs(x) - wide, eaves - 0.02 - y, Math.abs(z) - deep);
      const tiles = Math.max(Math.abs(slope - 0.03) - 0.03, Math.abs(x) - wide - 0.07, Math.abs(z) - deep - 0.1);
      let found = Math.min(toBox(x, y - tall, z, wide, tall, deep), gable, tiles);
      if (chimney) found = Math.min(found, toBox(x - wide * 0.5, y - ridge + 0.02, z - 0.12, 0.07, 0.2, 0.07));
      return found * 0.9;
    },
    colour(x, y, z) {
      if (
        chimney &&
        y > eaves + 0.1 &&
        Math.abs(x - wide * 0.5) < 0.08 &&
        Math.abs(z - 0.12) < 0.08 &&
        y > ridge - pitch * Math.abs(z) + 0.1
      )
        return [0.3, 0.1, 0.07];
      const slope = (y - ridge) * cosine + Math.abs(z) * sine;
      if (slope > -0.02 && y > eaves - 0.2 && !(Math.abs(x) < wide + 0.01 && Math.abs(x) > wide - 0.01 && slope < 0)) {
        return scale(roofing, 0.75 + 0.25 * Math.cos(28 * slope + 60 * z));
      }
      const onFront = Math.abs(z) > deep - 0.02;
      const [u, half] = onFront ? [x, wide] : [z, deep];
      if (onFront && y < 0.34 && Math.abs(u - storey * half * 0.5) < 0.09) return [0.22, 0.1, 0.04];
      for (const at of [-0.62, 0.62]) {
        const [dx, dy] = [Math.abs(u - at * half), Math.abs(y - tall * 1.15)];
        if (dx < 0.1 && dy < 0.11) return dx > 0.08 || dy > 0.09 || dx < 0.012 ? WHITE : [0.05, 0.08, 0.13];
      }
      return walls;
    },
  };
}

function mug(random: Xoshiro128): Thing {
  const [r, half] = [between(random, 0.36, 0.44), between(random, 0.4, 0.5)];
  const glaze = random.uniform() < 0.75 ? fromHue(random.uniform(), between(random, 0.5, 0.95), between(random, 0.3, 0.7)) : WHITE;
  const band = fromHue(random.uniform(), 0.7, 0.6);
  const [style, level, loop] = [random.below(3), between(random, 0.3, 0.8), between(random, 0.2, 0.26)];
  return {
    radius: 0.92,
    height: half,
    gloss: 0.7,
    distance(x, y, z) {
      const up = y - half;
      const shell = Math.max(toCylinder(x, up, z, r, half) - 0.015, -toCylinder(x, up - 0.1, z, r - 0.06, half));
      const coffee = toCylinder(x, up + 0.1, z, r - 0.05, half * level);
      const handle = Math.max(toTorus(x - r, up, z, loop, 0.055), r - 0.03 - norm2(x, z));
      return Math.min(smoothUnion(shell, handle, 0.05), coffee) * 0.9;
    },
    colour(x, y, z) {
      const across = norm2(x, z);
      if (across < r - 0.03 && y < 2 * half - 0.03) return across < r - 0.065 ? [0.07, 0.03, 0.015] : mix(glaze, WHITE, 0.6);
      const up = y / (2 * half);
      if (style === 1 && up > 0.35 && up < 0.6 && across < r + 0.03) return band;
      if (
        style === 2 &&
        across < r + 0.03 &&
        (Math.floor(up * 6) + Math.floor((Math.atan2(z, x) / Math.PI) * 6 + 12)) % 2 === 0 &&
        up > 0.15 &&
        up < 0.85
      )
        return band;
      return glaze;
    },
  };
}

function tree(random: Xoshiro128): Thing {
  const fir = random.uniform() < 0.45;
  const leaves =
    random.uniform() < 0.75
      ? fromHue(between(random, 0.23, 0.36), 0.85, between(random, 0.14, 0.34))
      : fromHue(between(random, 0.03, 0.13), 0.9, 0.5);
  const [trunk, salt, rough] = [between(random, 0.06, 0.1), random.below(1000), between(random, 0.05, 0.1)];
  const crown = Array.from({ length: 5 }, (_, i) => ({
    x: i === 0 ? 0 : 0.26 * Math.cos(i * 1.6 + salt),
    y: i === 0 ? 0.92 : between(random, 0.72, 1.05),
    z: i === 0 ? 0 : 0.26 * Math.sin(i * 1.6 + salt),
    r: between(random, 0.24, 0.36),
  }));
  const wide = between(random, 0.4, 0.55);
  return {
    radius: 0.95,
    height: 0.72,
    gloss: 0,
    distance(x, y, z) {
      const bole = toCylinder(x, y - 0.35, z, trunk * (1.3 - 0.5 * y), 0.35);
      let foliage = Number.POSITIVE_INFINITY;
      if (fir) {
        for (let tier = 0; tier < 3; tier++)
          foliage = Math.min(foliage, toCone(x, y - 0.25 - 0.34 * tier, z, wide * (1 - 0.24 * tier), 0.62));
      } else {
        for (const puff of crown) foliage = Math.min(foliage, norm3(x - puff.x, y - puff.y, z - puff.z) - puff.r);
      }
      if (foliage < 0.2) foliage -= rough * (valueNoise(11 * x + 5 * z, 11 * y - 4 * z, salt) - 0.3);
      return Math.min(bole, foliage) * 0.7;
    },
    colour(x, y, z) {
      if (norm2(x, z) < trunk * 1.4 && y < (fir ? 0.27 : 0.68))
        return scale([0.16, 0.09, 0.05], 0.7 + 0.6 * valueNoise(30 * x + 30 * z, 6 * y, salt));
      return scale(leaves, 0.55 + 0.9 * valueNoise(17 * x + 7 * z, 17 * y + 9 * z, salt));
    },
  };
}

/** The kinds of things in the order of the networks' classes. */
export const THINGS = { apple, ball, banana, car, fish, house, mug, tree } as const satisfies Record<string, (random: Xoshiro128) => Thing>;
export type ThingName = keyof typeof THINGS;
export const THING_NAMES = Object.keys(THINGS) as ThingName[];
