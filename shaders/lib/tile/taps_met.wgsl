// The rows of taps that meet x anywhere in the rows of each loop, or all where tiles that share loads lie in other rows, and how their weights lie.
  let row_stride = i32(p.stride.x);
  let row_dilation = p.dilation.x;
#for n in 0..LOOPS
#if NEIGHBOURS > 1
  let start$n = 0u;
  let end$n = p.kernel.x;
#else
  let start$n = tap_start(top + ${(n + 1) * LOOP_ROWS - 1} * row_stride, row_dilation);
  let end$n = tap_end(top + ${n * LOOP_ROWS} * row_stride, p.height * ${EXPAND}u, p.kernel.x, row_dilation);
#end
#end
  let tap_step = ${TAPS * PACKED}u;
  let w_plane = p.kernel.x * tap_step;
  let first_w = tile * p.channels * ${PACKED_TILES}u * w_plane;
