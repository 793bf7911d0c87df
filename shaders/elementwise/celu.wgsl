// Celu: y = x where x > 0, else alpha (e^(x / alpha) - 1). The exponential of a positive number could overflow, so none is computed.
// frame: pointwise
// requires: lib/math/expm1
struct Parameters {
  grid: Grid,
  alpha: f32,
}

fn value(x: vec4f) -> vec4f {
  return select(parameters.alpha * expm1(min(x, vec4f(0.0)) / parameters.alpha), x, x > vec4f(0.0));
}

fn derivative(x: vec4f) -> vec4f {
  return select(exp(min(x, vec4f(0.0)) / parameters.alpha), vec4f(1.0), x > vec4f(0.0));
}
