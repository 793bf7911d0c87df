// Signed distances, or bounds of them, from (x, y, z) to solids around the origin; negative inside. Formulas: Quilez, "Distance
// functions", https://iquilezles.org/articles/distfunctions/. Math.hypot is several times slower than the square root of a sum.

export function norm2(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}

export function norm3(x: number, y: number, z: number): number {
  return Math.sqrt(x * x + y * y + z * z);
}

export function toEllipsoid(x: number, y: number, z: number, a: number, b: number, c: number): number {
  const scaled = norm3(x / a, y / b, z / c);
  const slope = norm3(x / (a * a), y / (b * b), z / (c * c));
  return slope < 1e-9 ? -Math.min(a, b, c) : (scaled * (scaled - 1)) / slope;
}

/** A box of half sides a, b, c, its edges rounded by `round`. */
export function toBox(x: number, y: number, z: number, a: number, b: number, c: number, round = 0): number {
  const [dx, dy, dz] = [Math.abs(x) - a + round, Math.abs(y) - b + round, Math.abs(z) - c + round];
  return norm3(Math.max(dx, 0), Math.max(dy, 0), Math.max(dz, 0)) + Math.min(Math.max(dx, dy, dz), 0) - round;
}

/** A cylinder whose axis is y; for another axis exchange the coordinates. */
export function toCylinder(x: number, y: number, z: number, radius: number, halfHeight: number): number {
  const [across, along] = [norm2(x, z) - radius, Math.abs(y) - halfHeight];
  return Math.min(Math.max(across, along), 0) + norm2(Math.max(across, 0), Math.max(along, 0));
}

/** A ring around the z axis. */
export function toTorus(x: number, y: number, z: number, radius: number, tube: number): number {
  return norm2(norm2(x, y) - radius, z) - tube;
}

/** A cone that stands on y = 0, with its tip at y = height. */
export function toCone(x: number, y: number, z: number, radius: number, height: number): number {
  const length = norm2(radius, height);
  const side = (norm2(x, z) * height + (y - height) * radius) / length;
  return Math.max(side, -y);
}

/** The union of two solids whose seam is filled out over `blend`. */
export function smoothUnion(one: number, other: number, blend: number): number {
  const overlap = Math.max(blend - Math.abs(one - other), 0) / blend;
  return Math.min(one, other) - (overlap * overlap * blend) / 4;
}
