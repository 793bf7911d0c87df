// Asin: y = arcsin(x). The derivative at -1 and 1 counts as 0.
// frame: pointwise
// requires: lib/math/arcsine
struct Parameters { grid: Grid }

fn value(x: vec4f) -> vec4f {
  return arcsine(x);
}

fn derivative(x: vec4f) -> vec4f {
  let inside = abs(x) < vec4f(1.0);
  return select(vec4f(0.0), inverseSqrt((1.0 - x) * (1.0 + x)), inside);
}
