// Clip: y = min(max(x, lower), upper). The derivative at the bounds is 1.
// frame: pointwise
struct Parameters {
  grid: Grid,
  lower: f32,
  upper: f32,
}

fn value(x: vec4f) -> vec4f {
  return min(max(x, vec4f(parameters.lower)), vec4f(parameters.upper));
}

fn derivative(x: vec4f) -> vec4f {
  let inside = (x >= vec4f(parameters.lower)) & (x <= vec4f(parameters.upper));
  return select(vec4f(0.0), vec4f(1.0), inside);
}
