// Atanh: y = log((1 + x) / (1 - x)) / 2.
// frame: pointwise
// requires: lib/math/log1p
struct Parameters { grid: Grid }

fn value(x: vec4f) -> vec4f {
  let a = abs(x);
  return 0.5 * sign(x) * log1p(2.0 * a / (1.0 - a));
}

fn derivative(x: vec4f) -> vec4f {
  return 1.0 / ((1.0 - x) * (1.0 + x));
}
