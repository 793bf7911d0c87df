// IsNaN: y = 1 where x is not a number, else 0. Compilers may assume that no number is NaN, but not of bits.
// frame: pointwise
struct Parameters { grid: Grid }

fn value(x: vec4f) -> vec4f {
  let magnitude = bitcast<vec4u>(x) & vec4u(0x7fffffffu);
  return select(vec4f(0.0), vec4f(1.0), magnitude > vec4u(0x7f800000u));
}
