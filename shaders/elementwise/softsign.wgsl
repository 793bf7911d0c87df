// Softsign: y = x / (1 + |x|).
// frame: pointwise
struct Parameters { grid: Grid }

fn value(x: vec4f) -> vec4f {
  return x / (1.0 + abs(x));
}

fn derivative(x: vec4f) -> vec4f {
  let whole = 1.0 + abs(x);
  return 1.0 / (whole * whole);
}
