// Abs: y = |x|. The derivative at 0 is 0.
// frame: pointwise
struct Parameters { grid: Grid }

fn value(x: vec4f) -> vec4f {
  return abs(x);
}

fn derivative(x: vec4f) -> vec4f {
  return sign(x);
}
