// The gates that a tile of dx goes through.
#if GATED

// The gates of a pixel of the tile, from element `e` on, arranged as in a single word. Mostly they are in one. But a view may lie between
// dx and the tensor of these gates, whose planes then differ from those of dx, and the channels of a group may start within a word.
fn gates_of_tile(at: Place, e: u32, plane: u32, count: u32) -> u32 {
  let p = parameters;
  let start = at.block * p.gate_words;
#if CHANNELS > 1
  if (p.gate_plane == plane && gate_shift(e, plane) == 0u) {
    return gates[(start + gate_word(e, plane)) * p.grid.lanes + at.lane];
  }
#end
  var word = 0u;
  for (var o = 0u; o < min(count, ${(CHANNELS > 1) * 7 + 1}u); o++) {
    let element = e + o * plane;
    let bits = gates[(start + gate_word(element, p.gate_plane)) * p.grid.lanes + at.lane] >> gate_shift(element, p.gate_plane);
    word |= (bits & 15u) << (4u * o);
  }
  return word;
}
#end
