// Stores an element of a tile: y = z + residual, or its ReLU with the gates.
#if RESIDUAL
      let whole = z0_$c + start + residual[index + ${c}u * lanes];
#else
      let whole = z0_$c + start;
#end
#if RELU
      gate$c |= gate_bits(whole, 4u * o);
      y[index + ${c}u * lanes] = rectified(whole);
#else
      y[index + ${c}u * lanes] = whole;
#end
