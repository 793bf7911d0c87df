// Mish: y = x t, t = tanh(log(1 + e^x)) = n / (n + 2), n = e^2x + 2 e^x. It is computed from e^-|x|, so that nothing overflows.
// frame: pointwise
// requires: lib/math/sigmoid
struct Parameters { grid: Grid }

fn value(x: vec4f) -> vec4f {
  let e = exp(-abs(x));
  let right = 1.0 + 2.0 * e;
  let left = e * (e + 2.0);
  return x * select(left / (left + 2.0), right / (right + 2.0 * e * e), x > vec4f(0.0));
}

fn derivative(x: vec4f) -> vec4f {
  // t + x (1 - t^2) s(x) with the logistic function s and 1 - t^2 = 4 (1 + n) / (2 + n)^2.
  let e = exp(-abs(x));
  let right = 1.0 + 2.0 * e;
  let left = e * (e + 2.0);
  let whole = select(left + 2.0, right + 2.0 * e * e, x > vec4f(0.0));
  let t = select(left, right, x > vec4f(0.0)) / whole;
  let rest = 2.0 * (1.0 + e) / whole * select(vec4f(1.0), e, x > vec4f(0.0));
  return t + x * rest * rest * sigmoid(x);
}
