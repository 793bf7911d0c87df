// What the kernels that hold a tile of a convolution in registers have in common: their constants. One invocation computes CHANNELS written
// channels of one group x ROWS x PIXELS pixels x 4 samples. src/ops/convolution/tiling.ts chooses, with measurements.
// A load costs as much as 30 multiply-adds on the software adapter, so what counts is loads a multiply-add: 42 for 576 with 3x3 taps on 8
// channels x 2 x 4 pixels. What lies outside is loaded from a clamped address and replaced by 0: a condition around a load costs most of the
// speed. Taps of a row stand unrolled.
// requires: lib/grid
// requires: lib/window/axis
#constant CHANNELS 8
#constant ROWS 2
#constant PIXELS 4
// Taps of a row. Rows of taps in the loop's body: all of the kernel's, which are loaded once for the whole tile, or 1.
#constant TAPS 3
#constant TAP_ROWS 1
// Of the columns. Those of the rows are parameters, and 1 where TAP_ROWS is not.
#constant STRIDE 1
#constant DILATION 1
// Each of four neighbouring invocations, which need the same weights, loads a quarter of them for all (shaders/lib/broadcast.wgsl).
#constant BROADCAST 0
#constant WORKGROUP 64
#if BROADCAST
// requires: lib/broadcast
#end
// What follows from them: rows and columns of the tile's x, and vectors of weights a tap.
#constant X_ROWS ROWS + TAP_ROWS - 1
#constant X_COLUMNS (PIXELS - 1) * STRIDE + (TAPS - 1) * DILATION + 1
#constant VECTORS (CHANNELS + 3) / 4
