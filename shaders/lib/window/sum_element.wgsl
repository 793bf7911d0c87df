// Sums what the windows that meet a cell send to its element in row r and column s: sum<r>_<s>.
      var sum${r}_$s = vec4f(0.0);
#for i in 0..REACH_ROWS, j in 0..REACH_COLUMNS
#if r + i * ROW_STRIDE < ROWS && s + j * COLUMN_STRIDE < COLUMNS
      sum${r}_$s += select(vec4f(0.0), product${i}_$j, taps${i}_$j == vec4u(${(r + i * ROW_STRIDE) * COLUMNS + s + j * COLUMN_STRIDE}u));
#end
#end
