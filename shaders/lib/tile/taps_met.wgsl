// The rows of taps that meet x anywhere in the tile, and how their weights lie.
  let row_stride = i32(p.stride.x);
  let row_dilation = p.dilation.x;
  let start = tap_start(top + ${ROWS - 1} * row_stride, row_dilation);
  let end = tap_end(top, p.height * ${EXPAND}u, p.kernel.x, row_dilation);
  let tap_step = ${TAPS * VECTORS}u;
  let w_plane = p.kernel.x * tap_step;
  var w = tile * p.channels * w_plane;
