// Gelu: y = x erfc(-x / sqrt(2)) / 2. The form x (1 + erf(x / sqrt(2))) / 2 would cancel in the left tail.
// frame: pointwise
// requires: lib/math/erf
struct Parameters { grid: Grid }

fn value(x: vec4f) -> vec4f {
  let half_tail = 0.5 * erfc_positive(0.7071067811865476 * abs(x));
  return x * select(half_tail, 1.0 - half_tail, x > vec4f(0.0));
}

fn derivative(x: vec4f) -> vec4f {
  let half_tail = 0.5 * erfc_positive(0.7071067811865476 * abs(x));
  return select(half_tail, 1.0 - half_tail, x > vec4f(0.0)) + 0.3989422804014327 * x * exp(-0.5 * x * x);
}
