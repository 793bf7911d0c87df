// Sums over channels and the rows of taps from `start` to `end`, in one loop rather than two nested ones: a compiler merges every variable
// that a loop changes at each level of nesting. With several LOOPS, each changes the sums of its own rows alone. The kernel declares `row_stride`
// and `row_dilation`. Weights are `tap_step` apart from one row of taps to the next and `w_plane` from one channel to the next. The tile's first
// weights lie at `first_w`.
#include lib/tile/parts
#for n in 0..LOOPS
  {
    let tap_rows = max(start$n, end$n) - start$n;
    var from_x = first_x;
    var w = first_w + start$n * tap_step;
    var i = 0u;
    for (var s = 0u; s < p.channels * tap_rows; s++) {
#for r in 0..LOOP_ROWS
    let x_row$r = top + ${n * LOOP_ROWS + r} * row_stride + i32((start$n + i) * row_dilation);
    let near$r = u32(clamp(x_row$r, 0, ${EXPAND} * last_row + ${EXPAND - 1}));
    let row$r = near$r / ${EXPAND}u * line_step;
    let beside$r = i32(near$r) == x_row$r;
#end
#include lib/tile/load
#include lib/tile/multiply
      // Moves to the next row of taps, or after the last one to the first of the next channel.
      i++;
      let done = i == tap_rows;
      from_x += select(0u, p.height * line_step, done);
      w += select(tap_step, w_plane - (tap_rows - 1u) * tap_step, done);
      i = select(i, 0u, done);
    }
  }
#end
