// e^x - 1. Near 0, where this cancels, it is the Taylor series to the fifth order, off by at most 0.125^6 / 6! = 5e-9, 4e-8 of the result.
fn expm1(x: vec4f) -> vec4f {
  let series = x * (1.0 + x * (1.0 / 2.0 + x * (1.0 / 6.0 + x * (1.0 / 24.0 + x * (1.0 / 120.0)))));
  return select(exp(x) - 1.0, series, abs(x) < vec4f(0.125));
}
