import type { Picture } from './picture.js';

/** D65, the white of sRGB, in XYZ. */
const WHITE = [0.95047, 1, 1.08883] as const;
/** Linear sRGB to XYZ (IEC 61966-2-1), row by row. */
const TO_XYZ = [
  [0.4124564, 0.3575761, 0.1804375],
  [0.2126729, 0.7151522, 0.072175],
  [0.0193339, 0.119192, 0.9503041],
] as const;

const LINEAR = Float64Array.from({ length: 256 }, (_, value) => {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
});

/** A colour picture in CIELAB, [pixels][L, a, b], L from 0 to 100. */
export function toLab({ width, height, data }: Picture): Float64Array {
  const lab = new Float64Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [red, green, blue] = [LINEAR[data[3 * pixel]!]!, LINEAR[data[3 * pixel + 1]!]!, LINEAR[data[3 * pixel + 2]!]!];
    const [x, y, z] = TO_XYZ.map((row, i) => curve((row[0] * red + row[1] * green + row[2] * blue) / WHITE[i]!)) as [
      number,
      number,
      number,
    ];
    lab[3 * pixel] = 116 * y - 16;
    lab[3 * pixel + 1] = 500 * (x - y);
    lab[3 * pixel + 2] = 200 * (y - z);
  }
  return lab;
}

function curve(share: number): number {
  return share > (6 / 29) ** 3 ? Math.cbrt(share) : share / (3 * (6 / 29) ** 2) + 4 / 29;
}
