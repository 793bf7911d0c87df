// Pow with one exponent b for all elements: y = x^b. The derivative at x = 0 may be infinite. It counts as 0, unless b = 1.
// frame: pointwise
// requires: lib/math/power
struct Parameters {
  grid: Grid,
  exponent: f32,
}

fn value(x: vec4f) -> vec4f {
  return power(x, vec4f(parameters.exponent));
}

fn derivative(x: vec4f) -> vec4f {
  let b = parameters.exponent;
  return select(b * power(x, vec4f(b - 1.0)), vec4f(0.0), (x == vec4f(0.0)) & (vec4f(b) != vec4f(1.0)));
}
