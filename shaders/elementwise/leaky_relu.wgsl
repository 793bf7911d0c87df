// LeakyRelu: y = x where x > 0, else alpha x. The derivative at 0 is alpha.
// frame: pointwise
struct Parameters {
  grid: Grid,
  alpha: f32,
}

fn value(x: vec4f) -> vec4f {
  return select(parameters.alpha * x, x, x > vec4f(0.0));
}

fn derivative(x: vec4f) -> vec4f {
  return select(vec4f(parameters.alpha), vec4f(1.0), x > vec4f(0.0));
}
