// arcsin(x). The built-in inherits the error of atan2, 4096 units in the last place.
//
// Up to 1/2 it is the Taylor series to the 19th order, off by at most 0.0084 / 2^20 / (1 - 1/4) = 1.1e-8 of the result, and above
// arcsin(x) = pi / 2 - 2 arcsin(sqrt((1 - x) / 2)).
fn arcsine(x: vec4f) -> vec4f {
  let a = abs(x);
  let large = a > vec4f(0.5);
  let q = select(a * a, 0.5 * (1.0 - a), large);
  let r = select(a, sqrt(q), large);
  let higher = 63.0 / 2816.0 + q * (231.0 / 13312.0 + q * (143.0 / 10240.0 + q * (6435.0 / 557056.0 + q * (12155.0 / 1245184.0))));
  let series = r + r * q * (1.0 / 6.0 + q * (3.0 / 40.0 + q * (5.0 / 112.0 + q * (35.0 / 1152.0 + q * higher))));
  return sign(x) * select(series, 1.5707963267948966 - 2.0 * series, large);
}
