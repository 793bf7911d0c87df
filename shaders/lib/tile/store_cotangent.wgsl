// Stores the sums of pixel<row t>_<pixel m>. They may be added to what is there, and the gates of dx may be applied.
  if (pixel${t}_$m.x < p.output_height && pixel${t}_$m.y < p.output_width) {
    let e = channel * plane + pixel${t}_$m.x * p.output_width + pixel${t}_$m.y; // counted within a sample
    let index = (at.block * p.groups * p.outputs * plane + e) * lanes + at.lane;
#if ACCUMULATE
    if (p.grid.accumulate != 0u) {
#for o in 0..CHANNELS
      a${t}_${m}_$o += y[index + min(${o}u, count - 1u) * plane * lanes];
#end
    }
#end
#if GATED
#for h in 0..(CHANNELS + 7) / 8
    let gate$h = gates_of_tile(at, e + ${8 * h}u * plane, plane, max(count, ${8 * h}u) - ${8 * h}u);
#end
#end
#for o in 0..CHANNELS
    if (count > ${o}u) {
      let z = a${t}_${m}_$o;
#if GATED
      y[index + ${o}u * plane * lanes] = through_gate(z, gate${o / 8}, ${o % 8 * 4}u);
#else
      y[index + ${o}u * plane * lanes] = z;
#end
    }
#end
  }
