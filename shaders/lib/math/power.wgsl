// Logarithms and powers to float32's last digits. The built-ins promise less: log2 is off by up to 5e-7 around 1, where it is small itself,
// and pow by as much times the exponent.
//
// x = m 2^e with m in [1 / sqrt(2), sqrt(2)), and log(m) = 2 atanh(s) = 2 (s + s^3 / 3 + ...) with s = (m - 1) / (m + 1), |s| <= 0.172.
// m - 1 is exact. The first omitted term is s^11 / 11 = 2e-9 of the result.

struct Mantissa {
  exponent: vec4f,
  logarithm: vec4f, // log(m)
}

// m and e of normal numbers above 0.
fn mantissa(x: vec4f) -> Mantissa {
  let half_root = 0x3f3504f3u; // the bits of 1 / sqrt(2)
  let bits = bitcast<vec4u>(x) + (0x3f800000u - half_root);
  let exponent = vec4i(bits >> vec4u(23u)) - 127;
  let m = bitcast<vec4f>((bits & vec4u(0x7fffffu)) + half_root);
  let s = (m - 1.0) / (m + 1.0);
  let q = s * s;
  let logarithm = 2.0 * s * (1.0 + q * (1.0 / 3.0 + q * (1.0 / 5.0 + q * (1.0 / 7.0 + q * (1.0 / 9.0)))));
  return Mantissa(vec4f(exponent), logarithm);
}

const SMALLEST_NORMAL = 1.1754944e-38;

// No number, made of x's bits: WGSL has no constant for it, and lets a device give any number where a function has no value. SwiftShader's log of
// -1 is one.
fn undefined(x: vec4f) -> vec4f {
  return bitcast<vec4f>(bitcast<vec4u>(x) | vec4u(0x7fc00000u));
}

// log(x): of 0 it is minus infinity, and of a subnormal number what the device gives. Bits are compared, since compilers may assume that no number
// is infinite or undefined.
fn logarithm(x: vec4f) -> vec4f {
  let bits = bitcast<vec4u>(x);
  let magnitude = bits & vec4u(0x7fffffffu);
  let parts = mantissa(x);
  let of_normal = select(log(x), parts.exponent * 0.6931471805599453 + parts.logarithm, x >= vec4f(SMALLEST_NORMAL));
  let of_infinite = select(of_normal, x, bits == vec4u(0x7f800000u));
  let of_zero = select(of_infinite, bitcast<vec4f>(bits | vec4u(0xff800000u)), magnitude == vec4u(0u));
  return select(of_zero, undefined(x), (bits > vec4u(0x80000000u)) | (magnitude > vec4u(0x7f800000u)));
}

// 2^x for x in [-1/2, 1/2], as the series of e^t with t = x log(2), |t| <= 0.347. The first omitted term is t^8 / 8! = 6e-9 of the result. The built-in
// exp2 may be off by 3 units in the last place, and on Mesa's lavapipe it was by 8.
fn exp2_of_fraction(x: vec4f) -> vec4f {
  let t = x * 0.6931471805599453;
  return 1.0 + t * (1.0 + t * (1.0 / 2.0 + t * (1.0 / 6.0 + t * (1.0 / 24.0 + t * (1.0 / 120.0 + t * (1.0 / 720.0 + t * (1.0 / 5040.0)))))));
}

// |a|^b = 2^(b e) m^b. Whole powers of 2 are split off, so that the power of 2 that is left has an exponent in [-1/2, 1/2].
// For negative a and an integer b, a^b is |a|^b, or -|a|^b where b is odd. 0^b is 0 where b > 0, and 0^0 is 1.
fn power(a: vec4f, b: vec4f) -> vec4f {
  let parts = mantissa(abs(a));
  // The first 12 bits of b times a whole number of 8 bits are exact. Results beyond 2^300 are out of float32's range anyway.
  let leading = bitcast<vec4f>(bitcast<vec4u>(b) & vec4u(0xfffff000u));
  let scaled = clamp(leading * parts.exponent, vec4f(-300.0), vec4f(300.0));
  let whole = round(scaled);
  let small = (b - leading) * parts.exponent + b * parts.logarithm * 1.4426950408889634;
  let rest = scaled - whole + clamp(small, vec4f(-300.0), vec4f(300.0));
  let more = round(rest);
  let magnitude = ldexp(exp2_of_fraction(rest - more), vec4i(clamp(whole + more, vec4f(-150.0), vec4f(128.0))));
  let integer = floor(b) == b;
  let odd = integer & (fract(0.5 * b) != vec4f(0.0));
  let signed = select(magnitude, -magnitude, odd & (a < vec4f(0.0)));
  let of_zero = select(vec4f(0.0), vec4f(1.0), b == vec4f(0.0));
  let finite = select(signed, of_zero, abs(a) < vec4f(SMALLEST_NORMAL));
  // A negative number to a broken power has no value, and 0 to a negative one is what the device gives.
  let of_negative = select(finite, undefined(a), (a < vec4f(0.0)) & !integer);
  return select(of_negative, pow(a, b), (a == vec4f(0.0)) & (b < vec4f(0.0)));
}
