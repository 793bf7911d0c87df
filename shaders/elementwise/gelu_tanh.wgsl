// Gelu by tanh: y = x (1 + tanh(u)) / 2, u = sqrt(2 / pi) (x + 0.044715 x^3). It is computed as x s(2u) with the logistic function s, since
// 1 + tanh cancels in the left tail, and tanh overflows on some devices.
// frame: pointwise
// requires: lib/math/sigmoid
struct Parameters { grid: Grid }

fn value(x: vec4f) -> vec4f {
  return x * sigmoid(1.5957691216057308 * x * (1.0 + 0.044715 * x * x));
}

fn derivative(x: vec4f) -> vec4f {
  // s(2u) + x s(2u) s(-2u) 2u'. Not 1 - s(2u) for s(-2u): where s is near 1, float32 has lost 1 - s.
  let cubic = 0.044715 * x * x;
  let twice = 1.5957691216057308 * x * (1.0 + cubic);
  let s = sigmoid(twice);
  return s + s * sigmoid(-twice) * 1.5957691216057308 * x * (1.0 + 3.0 * cubic);
}
