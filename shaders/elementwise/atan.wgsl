// Atan: y = arctan(x), from arctan(x) = pi / 2 - arctan(1 / x) above tan(3 pi / 8), pi / 4 + arctan((x - 1) / (x + 1)) above tan(pi / 8), and
// the Taylor series below, off by at most 0.4143^18 / 19 = 7e-9 of the result.
// frame: pointwise
struct Parameters { grid: Grid }

fn value(x: vec4f) -> vec4f {
  let a = abs(x);
  let large = a > vec4f(2.414213562373095);
  let medium = (a > vec4f(0.4142135623730951)) & !large;
  let offset = select(select(vec4f(0.0), vec4f(0.7853981633974483), medium), vec4f(1.5707963267948966), large);
  let r = select(select(a, (a - 1.0) / (a + 1.0), medium), -1.0 / a, large);
  let q = r * r;
  let higher = 1.0 / 9.0 + q * (-1.0 / 11.0 + q * (1.0 / 13.0 + q * (-1.0 / 15.0 + q * (1.0 / 17.0))));
  let series = r + r * q * (-1.0 / 3.0 + q * (1.0 / 5.0 + q * (-1.0 / 7.0 + q * higher)));
  return sign(x) * (offset + series);
}

fn derivative(x: vec4f) -> vec4f {
  return 1.0 / (1.0 + x * x);
}
