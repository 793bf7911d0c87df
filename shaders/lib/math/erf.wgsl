// The error function erf(x) = 2 / sqrt(pi) * integral from 0 to x of e^-t^2 dt, and its complement erfc = 1 - erf.
// Near 0 it is x P(x^2), further out 1 - erfc, so that no difference costs digits. Both polynomials are minimax fits of the relative
// error (weighted least squares, Lawson's algorithm), with errors of 2e-9 and 6e-9, which is below float32's. In float32 erf is right to
// 2e-7 of its value. erfc is right to 5e-7 up to x = 2, and to 6e-8 x^2 beyond, because of the rounding of x^2.

// erfc(x) / e^-x^2 = q P(q), q = 1 / (1 + 0.4 x), for x >= 0.
fn erfc_positive(x: vec4f) -> vec4f {
  let q = 1.0 / (1.0 + 0.4 * x);
  let high = 0.0839166358 + q * (-0.0468956699 + q * (0.137562083 + q * (-0.235527813 + q * (0.140446975 + q * -0.0292151685))));
  let p = 0.225675835 + q * (0.22567586 + q * (0.207613728 + q * (0.171739297 + q * (0.119008232 + q * high))));
  return q * p * exp(-x * x);
}

fn erf(x: vec4f) -> vec4f {
  let s = x * x;
  let high = -0.0268538119 + s * (0.00518832756 + s * (-0.000801019252 + s * 0.0000785385771));
  let near = x * (1.12837917 + s * (-0.376126258 + s * (0.112835851 + s * high)));
  let far = sign(x) * (1.0 - erfc_positive(abs(x)));
  return select(far, near, s < vec4f(1.0));
}
