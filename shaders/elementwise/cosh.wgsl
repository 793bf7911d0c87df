// Cosh: y = (e^x + e^-x) / 2.
// frame: pointwise
// requires: lib/math/hyperbolic
struct Parameters { grid: Grid }

fn value(x: vec4f) -> vec4f {
  return hyperbolic_cosine(x);
}

fn derivative(x: vec4f) -> vec4f {
  return hyperbolic_sine(x);
}
