// sin(x) and cos(x), in radians. The built-ins promise an absolute error of 2^-11, between -pi and pi only.
//
// x = n pi / 2 + r with |r| <= pi / 4. pi / 2 is taken off in three parts, of which the first two have 8 and 11 bits, so that n times them is
// exact up to |x| = 8192. Beyond that, r loses digits. The Taylor series of r are off by at most 0.786^11 / 11! = 2e-9 and
// 0.786^12 / 12! = 1e-10.

struct Quadrant {
  number: vec4i, // n modulo 4
  sine: vec4f, // of r
  cosine: vec4f,
}

fn quadrant(x: vec4f) -> Quadrant {
  let n = round(x * 0.6366197723675814);
  let r = ((x - n * 1.5703125) - n * 4.837512969970703e-4) - n * 7.54978995489188e-8;
  let q = r * r;
  let s = r + r * q * (-1.0 / 6.0 + q * (1.0 / 120.0 + q * (-1.0 / 5040.0 + q * (1.0 / 362880.0))));
  let c = 1.0 + q * (-0.5 + q * (1.0 / 24.0 + q * (-1.0 / 720.0 + q * (1.0 / 40320.0 + q * (-1.0 / 3628800.0)))));
  return Quadrant(vec4i(n) & vec4i(3), s, c);
}

fn sine(x: vec4f) -> vec4f {
  let at = quadrant(x);
  let magnitude = select(at.sine, at.cosine, (at.number & vec4i(1)) != vec4i(0));
  return select(magnitude, -magnitude, at.number >= vec4i(2));
}

fn cosine(x: vec4f) -> vec4f {
  let at = quadrant(x);
  let magnitude = select(at.cosine, at.sine, (at.number & vec4i(1)) != vec4i(0));
  return select(magnitude, -magnitude, (at.number == vec4i(1)) | (at.number == vec4i(2)));
}
