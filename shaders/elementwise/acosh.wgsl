// Acosh: y = log(x + sqrt(x^2 - 1)). Above 10^9, where the square may overflow, y = log(2 x). The derivative at 1 counts as 0.
// frame: pointwise
// requires: lib/math/log1p
struct Parameters { grid: Grid }

fn value(x: vec4f) -> vec4f {
  let t = x - 1.0;
  return select(log1p(t + sqrt(t * (t + 2.0))), logarithm(x) + 0.6931471805599453, x > vec4f(1e9));
}

fn derivative(x: vec4f) -> vec4f {
  let slope = select(inverseSqrt((x - 1.0) * (x + 1.0)), 1.0 / x, x > vec4f(1e9));
  return select(vec4f(0.0), slope, x > vec4f(1.0));
}
