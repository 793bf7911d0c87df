// Tan: y = tan(x), in radians.
// frame: pointwise
// requires: lib/math/trigonometry
struct Parameters { grid: Grid }

fn value(x: vec4f) -> vec4f {
  return sine(x) / cosine(x);
}

fn derivative(x: vec4f) -> vec4f {
  let c = cosine(x);
  return 1.0 / (c * c);
}
