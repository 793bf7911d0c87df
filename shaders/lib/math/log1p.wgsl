// log(1 + u) for u >= -1. Near 0, where 1 + u loses digits of u, it is 2 atanh(s) with s = u / (2 + u). The first omitted term is s^10 / 11,
// at most 3e-10 of the result.
// requires: lib/math/power
fn log1p(u: vec4f) -> vec4f {
  let s = u / (2.0 + u);
  let q = s * s;
  let series = 2.0 * s * (1.0 + q * (1.0 / 3.0 + q * (1.0 / 5.0 + q * (1.0 / 7.0 + q * (1.0 / 9.0)))));
  return select(logarithm(1.0 + u), series, abs(u) < vec4f(0.25));
}
