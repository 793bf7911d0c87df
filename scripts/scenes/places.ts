import type { Xoshiro128 } from '../../src/tensor/random.js';
import { type Colour, fromHue, mix, scale, smoothstep } from './colour.js';
import { norm2 } from './distance.js';
import { cellNoise, fractalNoise, valueNoise } from './noise.js';

/** Where a thing stands: the plane y = 0, what is behind it, and the light. */
export interface Place {
  /** The colour of the plane at a point of it. */
  ground(x: number, z: number): Colour;
  /** What is seen in a direction that meets no ground; also where the ground is farther away than `reach`. `up` is the sine of the elevation. */
  backdrop(side: number, up: number): Colour;
  /** How far the plane goes. */
  reach: number;
  sun: Colour;
  /** Light from above that comes from no direction. */
  sky: Colour;
}

const between = (random: Xoshiro128, low: number, high: number) => low + (high - low) * random.uniform();
const oneOf = <T>(random: Xoshiro128, items: readonly T[]): T => items[random.below(items.length)]!;

/** A pattern turned by a random angle and moved by a random distance. */
function turned(random: Xoshiro128, pattern: (x: number, z: number) => Colour, angles = Math.PI): (x: number, z: number) => Colour {
  const angle = between(random, -angles / 2, angles / 2);
  const [cosine, sine, dx, dz] = [Math.cos(angle), Math.sin(angle), between(random, 0, 50), between(random, 0, 50)];
  return (x, z) => pattern(cosine * x - sine * z + dx, sine * x + cosine * z + dz);
}

/** Open sky with clouds; at the horizon a strip of what is far away. */
function openSky(random: Xoshiro128, zenith: Colour, horizon: Colour, far: Colour, clouds: number, height = 0.05): Place['backdrop'] {
  const salt = random.below(10_000);
  return (side, up) => {
    if (up < height * (0.5 + fractalNoise(7 * side, 0, salt))) return far;
    const cloud = smoothstep(0.5, 0.75, fractalNoise(3 * side, 9 * up, salt + 7)) * clouds;
    return mix(mix(horizon, zenith, smoothstep(0, 0.5, up)), [0.9, 0.9, 0.92], cloud);
  };
}

/** A wall with a darker strip at its foot. */
function wall(random: Xoshiro128, paint: Colour): Place['backdrop'] {
  const [salt, strip] = [random.below(10_000), between(random, -0.04, 0.03)];
  return (side, up) => scale(paint, (up < strip ? 0.55 : 1) * (0.92 + 0.16 * fractalNoise(3 * side, 3 * up, salt)));
}

const DAY = (random: Xoshiro128) => ({
  sun: scale([1.25, 1.15, 1], between(random, 0.75, 1.1)),
  sky: scale([0.42, 0.48, 0.58], between(random, 0.8, 1.2)),
});
const ROOM = (random: Xoshiro128) => ({
  sun: scale([1.1, 0.98, 0.82], between(random, 0.7, 1.05)),
  sky: scale([0.5, 0.48, 0.45], between(random, 0.8, 1.2)),
});

function cloth(random: Xoshiro128): Place {
  const [dye, size] = [fromHue(random.uniform(), between(random, 0.7, 0.95), between(random, 0.4, 0.6)), between(random, 0.28, 0.42)];
  const check = (x: number, z: number) => {
    const bands = (Math.floor(x / size) & 1) + (Math.floor(z / size) & 1);
    return scale(mix([0.8, 0.8, 0.78], dye, bands / 2), 0.93 + 0.1 * valueNoise(40 * x, 40 * z));
  };
  const paint = fromHue(random.uniform(), between(random, 0.05, 0.3), between(random, 0.12, 0.5));
  return { ground: turned(random, check), backdrop: wall(random, paint), reach: between(random, 4, 7), ...ROOM(random) };
}

function beach(random: Xoshiro128): Place {
  const [dry, sea] = [
    mix([0.72, 0.58, 0.36], [0.6, 0.5, 0.36], random.uniform()),
    fromHue(between(random, 0.5, 0.58), 0.75, between(random, 0.25, 0.5)),
  ];
  const sand = (x: number, z: number) => scale(dry, 0.72 + 0.3 * fractalNoise(2 * x, 2 * z) + 0.2 * valueNoise(26 * x, 26 * z));
  const sky = openSky(random, [0.2, 0.4, 0.75], [0.62, 0.75, 0.88], sea, between(random, 0, 0.6), 0);
  const surf = between(random, 0.01, 0.03);
  const backdrop: Place['backdrop'] = (side, up) =>
    up > -0.01 ? sky(side, up) : up > -surf - 0.02 ? [0.85, 0.88, 0.9] : mix(sea, [0.7, 0.8, 0.85], valueNoise(8 * side, 300 * up) * 0.4);
  return { ground: turned(random, sand), backdrop, reach: between(random, 5, 9), ...DAY(random) };
}

function table(random: Xoshiro128): Place {
  const wood = oneOf<Colour>(random, [
    [0.42, 0.23, 0.1],
    [0.3, 0.14, 0.06],
    [0.55, 0.36, 0.18],
    [0.38, 0.24, 0.14],
  ]);
  const width = between(random, 0.5, 0.9);
  const planks = (x: number, z: number) => {
    const plank = Math.floor(x / width);
    if (x / width - plank < 0.03) return scale(wood, 0.35);
    const grain = Math.sin(26 * x + 5 * valueNoise(3 * x, 0.7 * z, plank) + 9 * valueNoise(1.2 * x, 0.3 * z, plank));
    return scale(wood, 0.75 + 0.35 * cellNoise(plank, 3) + 0.16 * grain);
  };
  const paint = fromHue(random.uniform(), between(random, 0.05, 0.4), between(random, 0.2, 0.6));
  return { ground: turned(random, planks), backdrop: wall(random, paint), reach: between(random, 3.5, 6), ...ROOM(random) };
}

function road(random: Xoshiro128): Place {
  const [tar, side] = [between(random, 0.07, 0.16), between(random, 1.5, 2.2)];
  const [angle, dash] = [between(random, -0.5, 0.5), between(random, 0, 3)];
  const verge = oneOf<Colour>(random, [
    [0.2, 0.26, 0.08],
    [0.32, 0.31, 0.3],
    [0.3, 0.24, 0.14],
  ]);
  const lie = random.uniform() < 0.5;
  const ground = (x: number, z: number): Colour => {
    const [across, along] = lie ? [z * Math.cos(angle) + x * Math.sin(angle), x] : [x * Math.cos(angle) + z * Math.sin(angle), z];
    const grit = 0.8 + 0.4 * valueNoise(33 * x, 33 * z);
    if (Math.abs(across) > side) return scale(verge, grit * (0.7 + 0.5 * fractalNoise(4 * x, 4 * z)));
    const edge = Math.abs(Math.abs(across) - side + 0.2) < 0.06;
    const middle = Math.abs(across + 0.75) < 0.07 && (along + dash + 60) % 1.6 < 0.9;
    return edge || middle ? [0.7, 0.7, 0.66] : scale([tar, tar, tar * 1.05], grit);
  };
  const sky = openSky(
    random,
    [0.35, 0.47, 0.65],
    [0.66, 0.7, 0.75],
    scale([0.22, 0.24, 0.27], between(random, 0.6, 1.4)),
    between(random, 0.2, 0.9),
    0.12,
  );
  return { ground, backdrop: sky, reach: 14, ...DAY(random) };
}

function water(random: Xoshiro128): Place {
  const [deep, crest] = [
    fromHue(between(random, 0.49, 0.6), between(random, 0.7, 0.9), between(random, 0.22, 0.4)),
    between(random, 0.25, 0.5),
  ];
  const salt = random.below(1000);
  const waves = (x: number, z: number) => {
    const swell =
      Math.sin(5 * z + 2.4 * fractalNoise(x, z, salt) + 1.2 * Math.sin(2.1 * x)) +
      Math.sin(8.3 * z - 3 * x + 4 * valueNoise(2 * x, 2 * z, salt));
    return mix(scale(deep, 0.75 + 0.12 * swell), [0.75, 0.86, 0.92], smoothstep(1.1, 1.9, swell) * crest);
  };
  const sky = openSky(
    random,
    [0.2, 0.38, 0.7],
    [0.6, 0.72, 0.85],
    scale([0.16, 0.26, 0.28], between(random, 0.7, 1.3)),
    between(random, 0, 0.7),
    0.06,
  );
  return { ground: turned(random, waves, 0.8), backdrop: sky, reach: 16, ...DAY(random) };
}

function snow(random: Xoshiro128): Place {
  const tint = between(random, 0.68, 0.84);
  const drifts = (x: number, z: number) => {
    const drift = fractalNoise(1.3 * x, 1.3 * z);
    return scale(mix([tint * 0.8, tint * 0.88, tint], [tint, tint, tint], drift), 0.86 + 0.12 * valueNoise(21 * x, 21 * z));
  };
  const grey = between(random, 0.45, 0.75);
  const sky = openSky(
    random,
    [grey * 0.8, grey * 0.88, grey],
    [0.74, 0.78, 0.83],
    scale([0.4, 0.46, 0.52], between(random, 0.5, 1.2)),
    0.4,
    0.14,
  );
  return { ground: turned(random, drifts), backdrop: sky, reach: 14, ...DAY(random) };
}

function tiles(random: Xoshiro128): Place {
  const [size, joint] = [between(random, 0.4, 0.62), between(random, 0.02, 0.035)];
  const light: Colour = fromHue(between(random, 0.05, 0.6), between(random, 0.03, 0.2), between(random, 0.55, 0.75));
  const dark = random.uniform() < 0.5 ? light : scale(light, between(random, 0.2, 0.55));
  const floor = (x: number, z: number) => {
    const [column, row] = [Math.floor(x / size), Math.floor(z / size)];
    if (Math.min(x - column * size, z - row * size) < joint) return [0.3, 0.29, 0.27] as const;
    return scale((column + row) & 1 ? dark : light, 0.92 + 0.12 * cellNoise(column, row));
  };
  const paint = fromHue(between(random, 0.45, 0.65), between(random, 0.05, 0.3), between(random, 0.5, 0.75));
  const plain = wall(random, paint);
  const backdrop: Place['backdrop'] = (side, up) =>
    (side * 6 + 60) % 1 < 0.06 || (up * 6 + 60) % 1 < 0.06 ? scale(paint, 0.6) : plain(side, up);
  return { ground: turned(random, floor), backdrop, reach: between(random, 3.5, 6), ...ROOM(random) };
}

function meadow(random: Xoshiro128): Place {
  const blade = fromHue(between(random, 0.2, 0.32), between(random, 0.7, 0.9), between(random, 0.22, 0.4));
  const petals = oneOf<Colour>(random, [
    [0.85, 0.85, 0.8],
    [0.8, 0.65, 0.08],
    [0.6, 0.1, 0.3],
  ]);
  const [many, salt] = [between(random, 0, 0.06), random.below(1000)];
  const grass = (x: number, z: number) => {
    const [u, v] = [9 * x, 9 * z];
    const flower = cellNoise(Math.floor(u), Math.floor(v), salt) < many && norm2(u - Math.floor(u) - 0.5, v - Math.floor(v) - 0.5) < 0.32;
    if (flower) return petals;
    return scale(blade, 0.45 + 0.5 * fractalNoise(2 * x, 2 * z, salt) + 0.55 * valueNoise(40 * x, 13 * z, salt));
  };
  const sky = openSky(
    random,
    [0.2, 0.4, 0.75],
    [0.6, 0.72, 0.85],
    scale([0.08, 0.17, 0.06], between(random, 0.7, 1.5)),
    between(random, 0, 0.9),
    0.1,
  );
  return { ground: turned(random, grass), backdrop: sky, reach: 14, ...DAY(random) };
}

/** The kinds of places. The one at a thing's position is its home: where the naive network has seen it, and nowhere else. */
export const PLACES = { cloth, beach, table, road, water, snow, tiles, meadow } as const satisfies Record<
  string,
  (random: Xoshiro128) => Place
>;
export type PlaceName = keyof typeof PLACES;
export const PLACE_NAMES = Object.keys(PLACES) as PlaceName[];
