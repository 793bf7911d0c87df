// The constants of the kernels that hold a tile of a convolution in registers. One invocation computes CHANNELS written channels of one
// group x ROWS x PIXELS pixels x 4 samples. src/ops/convolution/tiling.ts chooses these, with measurements in tiles.ts beside it.
// A load costs as much as 30 multiply-adds on the software adapter, so what counts is the number of loads for each multiply-add: 42 for 576
// with 3x3 taps on 8 channels x 2 x 4 pixels. Elements outside x are loaded from a clamped address and replaced by 0, since a condition
// around a load costs most of the speed. The taps of a row are unrolled.
// requires: lib/grid
// requires: lib/window/axis
#constant CHANNELS 8
#constant ROWS 2
#constant PIXELS 4
// TAPS of a row. TAP_ROWS in the loop's body: all of the kernel's, which are then loaded once for the whole tile, or 1.
#constant TAPS 3
#constant TAP_ROWS 1
// Loops over channels and taps, one after the other, each for LOOP_ROWS rows of the tile. More than 1 only where TAP_ROWS is 1, and where long
// bodies are slow (shortLoops of src/gpu/device/device.ts).
#constant LOOPS 1
// Stride and dilation of the columns. Those of the rows are parameters, and both are 1 where TAP_ROWS is not 1.
#constant STRIDE 1
#constant DILATION 1
// Written pixels side by side that take turns in meeting the taps of a row: the stride of columns in conv_tile_phases, where an invocation
// computes PIXELS times as many. The tap j meets column (j + FIRST_TAP) / PHASES of the pixels' x.
#constant PHASES 1
#constant FIRST_TAP 0
// The neighbouring invocations, 4 or 8, that need the same weights: each loads a part of them for all (shaders/lib/broadcast.wgsl).
#constant BROADCAST 0
// More than 1 where as many neighbours are tiles of one plane, since a block has too few lanes: a plane's tiles are then filled up to a multiple of it.
#constant NEIGHBOURS 1
#constant WORKGROUP 64
#if BROADCAST
// requires: lib/broadcast
#end
// Derived constants: rows of a loop, rows and columns of its x, and vectors of weights for each tap.
#constant LOOP_ROWS ROWS / LOOPS
#constant X_ROWS LOOP_ROWS + TAP_ROWS - 1
#constant X_COLUMNS (PIXELS - 1) * STRIDE + (TAPS - 1 + FIRST_TAP) / PHASES * DILATION + 1
#constant VECTORS (CHANNELS + 3) / 4
// Weights lie in tiles of at most 16 channels, which have PACKED vectors for each tap. Where eight share loads, a tile of 32 channels reads PACKED_TILES of them.
#constant PACKED_TILES (CHANNELS + 15) / 16
#constant PACKED VECTORS / PACKED_TILES
// Vectors that each invocation loads where loads are shared.
#constant SHARED_PARTS (TAP_ROWS * TAPS * VECTORS + BROADCAST - 1) / (BROADCAST + (BROADCAST == 0))
