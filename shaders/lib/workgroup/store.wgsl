// Stores 8 outputs of column n, which are `step` elements apart from element `e` of a sample on, in the block `outer`.
    let e = element$n;
    let index = (outer$n * elements + e) * lanes + lane$n;
#for o in 0..8
    var z$o = y${o}_$n;
#if BIAS
    z$o += vec4f(bias${o / 4}[${o % 4}]);
#end
#if RESIDUAL
    z$o += residual[index + min(${o}u, count - 1u) * step * lanes];
#end
#end
#if ACCUMULATE
    if (p.grid.accumulate != 0u) {
#for o in 0..8
      z$o += y[index + min(${o}u, count - 1u) * step * lanes];
#end
    }
#end
#if RELU
    var word = gate_bits(z0, 0u);
#for o in 1..8
    word |= select(0u, gate_bits(z$o, ${4 * o}u), count > ${o}u);
#end
    gates[(outer$n * ((elements / step + 7u) / 8u * step) + gate_word(e, step)) * lanes + lane$n] = word;
#end
#if GATED
    let word = gates_of_outputs(outer$n, lane$n, e, step, count);
#end
#for o in 0..8
    if (count > ${o}u) {
#if RELU
      y[index + ${o}u * step * lanes] = rectified(z$o);
#end
#if GATED
      y[index + ${o}u * step * lanes] = through_gate(z$o, word, ${4 * o}u);
#end
#if !RELU && !GATED
      y[index + ${o}u * step * lanes] = z$o;
#end
    }
#end
