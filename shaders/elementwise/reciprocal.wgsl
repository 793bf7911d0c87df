// Reciprocal: y = 1 / x. Also Pow with the exponent -1.
// frame: pointwise
struct Parameters { grid: Grid }

fn value(x: vec4f) -> vec4f {
  return 1.0 / x;
}

fn derivative(x: vec4f) -> vec4f {
  return -1.0 / (x * x);
}
