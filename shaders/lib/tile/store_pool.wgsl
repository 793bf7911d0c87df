// Stores the channels of one pixel of a pool's output: the maximum of the window, or its ReLU, and the code that says where it is.
#for o in 0..CHANNELS
    if (count > ${o}u) {
      var best = a${t * POOL}_${m * POOL}_$o;
      var code = vec4u(0u);
#for k in 1..POOL * POOL
      let better$k = a${t * POOL + k / POOL}_${m * POOL + k % POOL}_$o > best;
      best = select(best, a${t * POOL + k / POOL}_${m * POOL + k % POOL}_$o, better$k);
      code = select(code, vec4u(${k}u), better$k);
#end
#if RELU
      code = select(vec4u(CLOSED), code, best > vec4f(0.0));
      best = rectified(best);
#end
      codes[index + ${o}u * plane * lanes] = code_word(code);
      y[index + ${o}u * plane * lanes] = best;
    }
#end
