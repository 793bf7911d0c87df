// requires: lib/index

const OUTSIDE = 0xffffffffu;

// The element of a tensor with the sizes `source` that lies at the place of element `index` of one with the sizes `to`, when the first is
// laid into the second with its corner at `begin`; OUTSIDE where there is none. Begins are modulo 2^32: what lies before the corner
// wraps to a number larger than any size.
fn shifted(
  index: u32,
  rank: u32,
  to_low: vec4u,
  to_high: vec4u,
  source_low: vec4u,
  source_high: vec4u,
  begin_low: vec4u,
  begin_high: vec4u,
) -> u32 {
  var rest = index;
  var stride = 1u;
  var sum = 0u;
  var inside = true;
  for (var axis = 0u; axis < rank; axis++) {
    let to = of_axis(to_low, to_high, axis);
    let source = of_axis(source_low, source_high, axis);
    let at = rest % to - of_axis(begin_low, begin_high, axis);
    inside = inside && at < source;
    sum += at * stride;
    stride *= source;
    rest /= to;
  }
  return select(OUTSIDE, sum, inside);
}
