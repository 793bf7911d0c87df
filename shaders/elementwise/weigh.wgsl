// Weigh: y = min(max(x, lower), upper). What stands for its derivative is y itself: src/ops/rules/weigh.ts.
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
  return value(x);
}
