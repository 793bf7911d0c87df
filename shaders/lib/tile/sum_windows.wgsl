// Sums over channels, with all rows of taps in the loop's body. `top` and `left` are the first row and column of the tile's x.
#for r in 0..LOADED_ROWS
  let row$r = u32(clamp(top + $r, 0, last_row)) * line_step;
  let beside$r = top + $r >= 0 && top + $r <= last_row;
#end
  var from_x = first_x;
  let w_plane = ${TAP_ROWS * TAPS * PACKED}u;
  var w = tile * p.channels * ${PACKED_TILES}u * w_plane;
#include lib/tile/parts
  for (var c = 0u; c < p.channels; c++) {
#for n in 0..1
#include lib/tile/load
#include lib/tile/multiply
#end
    from_x += p.height * line_step;
    w += w_plane;
  }
