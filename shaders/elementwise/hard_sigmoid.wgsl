// HardSigmoid: y = max(0, min(1, alpha x + beta)). The derivative at both kinks is 0.
// frame: pointwise
struct Parameters {
  grid: Grid,
  alpha: f32,
  beta: f32,
}

fn value(x: vec4f) -> vec4f {
  return clamp(parameters.alpha * x + parameters.beta, vec4f(0.0), vec4f(1.0));
}

fn derivative(x: vec4f) -> vec4f {
  let z = parameters.alpha * x + parameters.beta;
  return select(vec4f(0.0), vec4f(parameters.alpha), (z > vec4f(0.0)) & (z < vec4f(1.0)));
}
