// HardSwish: y = x max(0, min(1, x / 6 + 1/2)). At the kinks the derivative is that of the straight piece.
// frame: pointwise
struct Parameters { grid: Grid }

fn value(x: vec4f) -> vec4f {
  return x * clamp(x / 6.0 + 0.5, vec4f(0.0), vec4f(1.0));
}

fn derivative(x: vec4f) -> vec4f {
  return select(select(x / 3.0 + 0.5, vec4f(0.0), x <= vec4f(-3.0)), vec4f(1.0), x >= vec4f(3.0));
}
