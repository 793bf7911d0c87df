import { itemAt } from '../tensor/items.js';
import { eachPixel, type Picture } from './picture.js';

/** One of X, Y and Z of linear sRGB (IEC 61966-2-1), and what D65, the white of sRGB, has of it. */
interface Primary {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  readonly white: number;
}

const X: Primary = { red: 0.4124564, green: 0.3575761, blue: 0.1804375, white: 0.95047 };
const Y: Primary = { red: 0.2126729, green: 0.7151522, blue: 0.072175, white: 1 };
const Z: Primary = { red: 0.0193339, green: 0.119192, blue: 0.9503041, white: 1.08883 };

const LINEAR = Float64Array.from({ length: 256 }, (_, value) => {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
});

/** A picture in CIELAB, [pixels][L, a, b], L from 0 to 100. */
export function toLab(picture: Picture): Float64Array {
  const lab = new Float64Array(picture.width * picture.height * 3);
  eachPixel(picture, (colour, pixel) => {
    const [red, green, blue] = [LINEAR[colour.red]!, LINEAR[colour.green]!, LINEAR[colour.blue]!];
    const share = (of: Primary) => curve((of.red * red + of.green * green + of.blue * blue) / of.white);
    const [x, y, z] = [share(X), share(Y), share(Z)];
    lab[3 * pixel] = 116 * y - 16;
    lab[3 * pixel + 1] = 500 * (x - y);
    lab[3 * pixel + 2] = 200 * (y - z);
  });
  return lab;
}

export interface LabColour {
  /** L, 0 to 100. */
  readonly light: number;
  readonly a: number;
  readonly b: number;
}

/** The colour of a pixel in what `toLab` returns. */
export function labAt(lab: Float64Array, pixel: number): LabColour {
  return { light: itemAt(lab, 3 * pixel), a: itemAt(lab, 3 * pixel + 1), b: itemAt(lab, 3 * pixel + 2) };
}

/** The square of the distance of two colours. */
export function labDistance(one: LabColour, other: LabColour): number {
  return (one.light - other.light) ** 2 + (one.a - other.a) ** 2 + (one.b - other.b) ** 2;
}

function curve(share: number): number {
  return share > (6 / 29) ** 3 ? Math.cbrt(share) : share / (3 * (6 / 29) ** 2) + 4 / 29;
}
