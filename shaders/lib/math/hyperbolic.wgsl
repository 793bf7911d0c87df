// sinh(x) and cosh(x). With e = e^|x| - 1, which does not cancel near 0, sinh|x| = (e + e / (e + 1)) / 2. Far out, where the quotient could be
// infinity by infinity, it is e^|x| / 2.
// requires: lib/math/expm1
fn hyperbolic_sine(x: vec4f) -> vec4f {
  let a = abs(x);
  let e = expm1(min(a, vec4f(20.0)));
  return sign(x) * select(0.5 * (e + e / (e + 1.0)), 0.5 * exp(a), a > vec4f(20.0));
}

fn hyperbolic_cosine(x: vec4f) -> vec4f {
  return 0.5 * (exp(x) + exp(-x));
}
