// Stores the channels of one pixel: y = z + residual, or relu(z + residual) with the gates.
#if RESIDUAL
#for o in 0..CHANNELS
    a${t}_${m}_$o += residual[index + min(${o}u, count - 1u) * plane * lanes];
#end
#end
#if RELU
#for h in 0..(CHANNELS + 7) / 8
    var gate$h = 0u;
#end
#end
#for o in 0..CHANNELS
    if (count > ${o}u) {
      let z = a${t}_${m}_$o;
#if RELU
      gate${o / 8} |= gate_bits(z, ${o % 8 * 4}u);
      y[index + ${o}u * plane * lanes] = rectified(z);
#else
      y[index + ${o}u * plane * lanes] = z;
#end
    }
#end
#if RELU
#for h in 0..(CHANNELS + 7) / 8
    if (count > ${8 * h}u) {
      gates[(at.block * ((p.groups * p.outputs + 7u) / 8u) * plane + gate_word(e + ${8 * h}u * plane, plane)) * lanes + at.lane] = gate$h;
    }
#end
#end
