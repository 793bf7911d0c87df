// Softplus: y = log(1 + e^x), computed as max(x, 0) + log(1 + e^-|x|), which does not overflow.
// frame: pointwise
// requires: lib/math/sigmoid
struct Parameters { grid: Grid }

fn value(x: vec4f) -> vec4f {
  // 1 + e loses a small e, and with it log(1 + e). It is 2 atanh(s) with s = e / (2 + e) <= 1/3, here by the series of atanh. The first
  // omitted term is s^14 / 15 = 1e-8 of the result.
  let e = exp(-abs(x));
  let s = e / (2.0 + e);
  let q = s * s;
  let series = 1.0 + q * (1.0 / 3.0 + q * (1.0 / 5.0 + q * (1.0 / 7.0 + q * (1.0 / 9.0 + q * (1.0 / 11.0 + q * (1.0 / 13.0))))));
  return max(x, vec4f(0.0)) + 2.0 * s * series;
}

fn derivative(x: vec4f) -> vec4f {
  return sigmoid(x);
}
