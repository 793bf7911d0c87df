// The gates that the outputs of an invocation go through, for shaders/lib/workgroup/store.wgsl.
#if GATED

// The gates of 8 outputs, `step` elements apart from element `e` on, arranged as in a single word. Mostly they are in one. But a view may lie
// between the cotangent and the tensor of these gates, whose planes then differ, and the outputs of a group may start within a word.
fn gates_of_outputs(outer: u32, lane: u32, e: u32, step: u32, count: u32) -> u32 {
  let p = parameters;
  let start = outer * p.gate_words;
  if (p.gate_plane == step && gate_shift(e, step) == 0u) {
    return gates[(start + gate_word(e, step)) * p.grid.lanes + lane];
  }
  var word = 0u;
  for (var o = 0u; o < min(count, 8u); o++) {
    let element = e + o * step;
    let bits = gates[(start + gate_word(element, p.gate_plane)) * p.grid.lanes + lane] >> gate_shift(element, p.gate_plane);
    word |= (bits & 15u) << (4u * o);
  }
  return word;
}
#end
