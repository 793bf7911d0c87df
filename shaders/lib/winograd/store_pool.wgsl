// Stores a window of a tile: its maximum, or the maximum's ReLU, and the code that says where it is.
      var best = z0_${2 * c};
      var code = vec4u(0u);
#for k in 1..4
      let better$k = z${k / 2}_${2 * c + k % 2} > best;
      best = select(best, z${k / 2}_${2 * c + k % 2}, better$k);
      code = select(code, vec4u(${k}u), better$k);
#end
      best += start;
#if RELU
      code = select(vec4u(CLOSED), code, best > vec4f(0.0));
      best = rectified(best);
#end
      codes[index + ${c}u * lanes] = code_word(code);
      y[index + ${c}u * lanes] = best;
