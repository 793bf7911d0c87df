// The cotangent dx of a convolution with stride 1, in tiles held in registers. It is the sum of conv_tile_forward.wgsl over the cotangent
// of z (x here), with the weights transposed and turned by 180 degrees, the padding (kernel - 1) * dilation - padding, and no bias. As a
// forward sum without epilogue it also serves ConvTranspose: forward with ACCUMULATE 0, and backward with any stride.
#include lib/tile/constants
// requires: lib/gates
// requires: lib/codes
// Channels that an iteration of the loop reads, and STEP, as in conv_tile_forward.wgsl.
#constant UNROLL 1
#constant STEP UNROLL
// Where UNROLL is 4: the weights are those of conv_tile_forward.wgsl, whose tiles have TRANSPOSED channels (lib/tile/sum_taps). 0: they are
// packed for this direction. VECTOR_STEP: vectors of weights from one that an iteration loads to the next.
#constant TRANSPOSED 0
#constant VECTOR_STEP (TRANSPOSED == 0) + TRANSPOSED / 4
// An iteration reads one channel of such a vector, so weights are bound as numbers.
#constant SCALARS TRANSPOSED > 0 && STEP == 1
// EXPAND > 1: x is the cotangent of a pool's output. Codes say where it belongs in the pool's windows of EXPAND x EXPAND. The first row and
// column of a tile's x are the ROW_PHASE-th and COLUMN_PHASE-th of their window. EXPAND 1: there is no pool.
#constant EXPAND 1
#constant ROW_PHASE 0
#constant COLUMN_PHASE 0
// Applies the gates of the value to its cotangent y as y is stored.
#constant GATED 0
// Adds to the y that is there, where grid.accumulate is 1.
#constant ACCUMULATE 1
// Rows and columns that are loaded for the tile's x.
#constant LOADED_ROWS ((TAP_ROWS > 1) * (ROW_PHASE + X_ROWS - 1) / EXPAND + (TAP_ROWS == 1) * (X_ROWS - 1)) + 1
#constant LOADED_COLUMNS (COLUMN_PHASE + X_COLUMNS - 1) / EXPAND + 1

struct Parameters {
#include lib/convolution/members
#if GATED
  gate_plane: u32,
  gate_words: u32,
#end
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][groups * channels][height][width][lane]
#if EXPAND > 1
@group(0) @binding(2) var<storage, read> codes: array<u32>; // as x
#end
#if CHANNELS == 1 || SCALARS
@group(0) @binding(${2 + (EXPAND > 1)}) var<storage, read> weights: array<f32>; // [groups * outputs][channels][rows of taps][TAPS], or as below
#else
@group(0) @binding(${2 + (EXPAND > 1)}) var<storage, read> weights: array<vec4f>; // [groups][tiles of outputs][channels][rows of taps][TAPS][VECTORS]
#end
#if GATED
@group(0) @binding(${3 + (EXPAND > 1)}) var<storage, read> gates: array<u32>; // [block][gate_words][lane]
#end
@group(0) @binding(${3 + (EXPAND > 1) + GATED}) var<storage, read_write> y: array<vec4f>; // [block][groups * outputs][output_height][output_width][lane]

@compute @workgroup_size(${WORKGROUP}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
#include lib/tile/place
  let row_tiles = (p.output_height + ${ROWS - 1}u) / ${ROWS}u;
  let column_tiles = (p.output_width + ${PIXELS - 1}u) / ${PIXELS}u;
#include lib/tile/within_plane
  let column = within % column_tiles * ${PIXELS}u;
  let row = within / column_tiles * ${ROWS}u;

  // Sums are named a<row>_<pixel>_<written channel>.
#for t in 0..ROWS, m in 0..PIXELS, o in 0..CHANNELS
  var a${t}_${m}_$o = vec4f(0.0);
#end

#if TAP_ROWS > 1
  let top = (i32(row) - i32(p.padding.x) - $ROW_PHASE) / $EXPAND;
#else
  let top = i32(row * p.stride.x) - i32(p.padding.x);
#end
  let left = (i32(column * ${STRIDE}u) - i32(p.padding.y) - $COLUMN_PHASE) / $EXPAND;
#include lib/tile/columns
#if UNROLL > 1
#include lib/tile/sum_taps
#end
#if UNROLL == 1 && TAP_ROWS > 1
#include lib/tile/sum_windows
#end
#if UNROLL == 1 && TAP_ROWS == 1
#include lib/tile/taps_met
#include lib/tile/sum_rows
#end

  // The first channel that the tile writes, and the number of channels from there on.
  let first = tile % tiles * ${CHANNELS}u;
  let channel = group * p.outputs + first;
  let count = p.outputs - first;
  let plane = p.output_height * p.output_width;
#for t in 0..ROWS, m in 0..PIXELS
  let pixel${t}_$m = vec2u(row + ${t}u, column + ${m}u);
#include lib/tile/store_cotangent
#end
}
#include lib/tile/gates_of_tile
