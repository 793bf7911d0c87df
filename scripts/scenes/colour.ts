/** Light of red, green and blue, linear (not gamma-coded), 0 black, 1 white; a lit surface may exceed 1. */
export type Colour = readonly [red: number, green: number, blue: number];

export function mix(a: Colour, b: Colour, share: number): Colour {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}

export function scale(colour: Colour, factor: number): Colour {
  return [colour[0] * factor, colour[1] * factor, colour[2] * factor];
}

export function times(a: Colour, b: Colour): Colour {
  return [a[0] * b[0], a[1] * b[1], a[2] * b[2]];
}

export function plus(a: Colour, b: Colour): Colour {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

/** The colour of a hue (turns: 0 red, 1/3 green, 2/3 blue), a saturation and a largest channel, both from 0 to 1. */
export function fromHue(hue: number, saturation: number, value: number): Colour {
  const channel = (offset: number) => {
    const sector = (offset + hue * 6) % 6;
    return value - value * saturation * Math.max(0, Math.min(sector, 4 - sector, 1));
  };
  return [channel(5), channel(3), channel(1)];
}

/** 0 below `from`, 1 above `to`, between them the smooth cubic. */
export function smoothstep(from: number, to: number, x: number): number {
  const t = Math.min(1, Math.max(0, (x - from) / (to - from)));
  return t * t * (3 - 2 * t);
}
