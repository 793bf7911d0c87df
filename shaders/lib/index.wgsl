// Index arithmetic over up to eight axes. A quantity with one number for each axis (sizes, strides) is two vec4u, `low` and `high`, with
// the innermost axis first, since a kernel unravels an index from the innermost axis outwards.

fn of_axis(low: vec4u, high: vec4u, axis: u32) -> u32 {
  return select(high[axis & 3u], low[axis & 3u], axis < 4u);
}

// The address of element `index` of a walk over `rank` axes of these sizes, in a tensor with these strides.
fn address(index: u32, rank: u32, shape_low: vec4u, shape_high: vec4u, strides_low: vec4u, strides_high: vec4u) -> u32 {
  var rest = index;
  var sum = 0u;
  for (var axis = 0u; axis < rank; axis++) {
    let size = of_axis(shape_low, shape_high, axis);
    sum += (rest % size) * of_axis(strides_low, strides_high, axis);
    rest /= size;
  }
  return sum;
}
