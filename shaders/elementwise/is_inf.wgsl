// IsInf: y = 1 where x is infinite, of the signs that are detected, else 0. Compilers may assume that no number is infinite, but not of bits.
// frame: pointwise
struct Parameters {
  grid: Grid,
  negative: u32, // 1 where minus infinity counts
  positive: u32,
}

fn value(x: vec4f) -> vec4f {
  let bits = bitcast<vec4u>(x);
  let below = (bits == vec4u(0xff800000u)) & vec4<bool>(parameters.negative != 0u);
  let above = (bits == vec4u(0x7f800000u)) & vec4<bool>(parameters.positive != 0u);
  return select(vec4f(0.0), vec4f(1.0), below | above);
}
