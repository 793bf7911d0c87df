// Asinh: y = log(x + sqrt(x^2 + 1)). Above 10^9, where the square may overflow, y = log(2 x).
// frame: pointwise
// requires: lib/math/log1p
struct Parameters { grid: Grid }

fn value(x: vec4f) -> vec4f {
  let a = abs(x);
  let small = log1p(a + a * a / (1.0 + sqrt(a * a + 1.0)));
  return sign(x) * select(small, logarithm(a) + 0.6931471805599453, a > vec4f(1e9));
}

fn derivative(x: vec4f) -> vec4f {
  let a = abs(x);
  return select(inverseSqrt(a * a + 1.0), 1.0 / a, a > vec4f(1e9));
}
