// Sqrt: y = sqrt(x). The derivative at 0 has no finite value. It counts as 0.
// frame: pointwise
struct Parameters { grid: Grid }

fn value(x: vec4f) -> vec4f {
  return sqrt(x);
}

fn derivative(x: vec4f) -> vec4f {
  return select(vec4f(0.0), 0.5 / sqrt(x), x > vec4f(0.0));
}
