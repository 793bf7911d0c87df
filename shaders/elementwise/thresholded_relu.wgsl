// ThresholdedRelu: y = x where x > alpha, else 0. The derivative at alpha is 0.
// frame: pointwise
struct Parameters {
  grid: Grid,
  alpha: f32,
}

fn value(x: vec4f) -> vec4f {
  return select(vec4f(0.0), x, x > vec4f(parameters.alpha));
}

fn derivative(x: vec4f) -> vec4f {
  return select(vec4f(0.0), vec4f(1.0), x > vec4f(parameters.alpha));
}
