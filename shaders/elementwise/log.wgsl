// Log: y = log(x), natural.
// frame: pointwise
// requires: lib/math/power
struct Parameters { grid: Grid }

fn value(x: vec4f) -> vec4f {
  return logarithm(x);
}

fn derivative(x: vec4f) -> vec4f {
  return 1.0 / x;
}
