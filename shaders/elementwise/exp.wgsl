// Exp: y = e^x.
// frame: pointwise
struct Parameters { grid: Grid }

fn value(x: vec4f) -> vec4f {
  return exp(x);
}

fn derivative(x: vec4f) -> vec4f {
  return exp(x);
}
