// Whole quotients. A device's a / b may be off by some units in the last place, and so may jump on the other side of a multiple of b, as
// 6 / 3 = 1.9999999 does. The remainder shows that: it must lie between 0 and |b|.
fn truncated_quotient(a: vec4f, b: vec4f) -> vec4f {
  let q = trunc(abs(a / b));
  let rest = abs(a) - q * abs(b);
  let one = select(vec4f(0.0), vec4f(1.0), rest >= abs(b)) - select(vec4f(0.0), vec4f(1.0), rest < vec4f(0.0));
  return sign(a) * sign(b) * (q + one);
}

fn floored_quotient(a: vec4f, b: vec4f) -> vec4f {
  let q = truncated_quotient(a, b);
  let rest = a - q * b;
  return q - select(vec4f(0.0), vec4f(1.0), (rest != vec4f(0.0)) & ((rest < vec4f(0.0)) != (b < vec4f(0.0))));
}
