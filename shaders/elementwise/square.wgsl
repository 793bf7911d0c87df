// Pow with the exponent 2: y = x^2.
// frame: pointwise
struct Parameters { grid: Grid }

fn value(x: vec4f) -> vec4f {
  return x * x;
}

fn derivative(x: vec4f) -> vec4f {
  return 2.0 * x;
}
