// Pow with the exponent 3: y = x^3.
// frame: pointwise
struct Parameters { grid: Grid }

fn value(x: vec4f) -> vec4f {
  return x * x * x;
}

fn derivative(x: vec4f) -> vec4f {
  return 3.0 * x * x;
}
