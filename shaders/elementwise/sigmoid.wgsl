// Sigmoid: y = s(x) = 1 / (1 + e^-x). The derivative is computed as s(x) s(-x). In y (1 - y) float32 has lost 1 - y where y is near 1.
// frame: pointwise
// requires: lib/math/sigmoid
struct Parameters { grid: Grid }

fn value(x: vec4f) -> vec4f {
  return sigmoid(x);
}

fn derivative(x: vec4f) -> vec4f {
  return sigmoid(x) * sigmoid(-x);
}
