// Sin: y = sin(x), in radians.
// frame: pointwise
// requires: lib/math/trigonometry
struct Parameters { grid: Grid }

fn value(x: vec4f) -> vec4f {
  return sine(x);
}

fn derivative(x: vec4f) -> vec4f {
  return cosine(x);
}
