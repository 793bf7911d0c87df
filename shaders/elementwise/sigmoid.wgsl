// Sigmoid: y = s(x) = 1 / (1 + e^-x). The derivative is s(x) s(-x) and not y (1 - y): where y is near 1, float32 has lost 1 - y.
// frame: pointwise
// requires: lib/math/sigmoid
struct Parameters { grid: Grid }

fn value(x: vec4f) -> vec4f {
  return sigmoid(x);
}

fn derivative(x: vec4f) -> vec4f {
  return sigmoid(x) * sigmoid(-x);
}
