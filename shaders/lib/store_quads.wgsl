// Included at the end of a kernel: stores value0, value1, ... of QUADS neighbouring quads at z[written], added to what is there and through gates where the
// dispatch says so.
#if GATED
  let word = (at.block * p.gate_words + gate_word(at.tile, p.gate_plane)) * lanes + lane;
  let shift = gate_shift(at.tile, p.gate_plane);
#end
#for q in 0..QUADS
#if ACCUMULATE
  if (p.grid.accumulate != 0u) {
    value$q += z[written + ${q}u];
  }
#end
#if GATED
  value$q = through_gate(value$q, gates[word + ${q}u], shift);
#end
  z[written + ${q}u] = value$q;
#end
