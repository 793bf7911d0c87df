// Conv forward, in tiles held in registers:
//
//   z[o, r, s] = bias[o] + sum over c, i, j of w[o, c, i, j] * x[c, r * stride + i * dilation - padding, s * stride + j * dilation - padding]
//   y = relu(pool(z + residual)), each part optional
#include lib/tile/constants
// requires: lib/gates
// requires: lib/codes
// Channels that an iteration reads: more than one only for one tap, one row and no padding, that is a plane that lies as a row.
// STEP: those that its body reads. Fewer where long bodies are slow (shortLoops of src/gpu/device/device.ts).
#constant UNROLL 1
#constant STEP UNROLL
// The weights are those of this direction.
#constant TRANSPOSED 0
#constant VECTOR_STEP 1
#constant SCALARS 0
// The epilogue. POOL > 1: windows of POOL x POOL without overlap or padding; 1: no pool.
#constant RESIDUAL 0
#constant POOL 1
#constant RELU 0
// x is not spread over the windows of a pool, as it may be in shaders/convolution/conv_tile_backward.wgsl.
#constant EXPAND 1
#constant LOADED_ROWS X_ROWS
#constant LOADED_COLUMNS X_COLUMNS

struct Parameters {
#include lib/convolution/members
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][groups * channels][height][width][lane]
#if CHANNELS == 1
@group(0) @binding(2) var<storage, read> weights: array<f32>; // [groups * outputs][channels][rows of taps][TAPS]
@group(0) @binding(3) var<storage, read> bias: array<f32>; // [groups * outputs]
#else
@group(0) @binding(2) var<storage, read> weights: array<vec4f>; // [groups][tiles of outputs][channels][rows of taps][TAPS][VECTORS]
@group(0) @binding(3) var<storage, read> bias: array<vec4f>; // [groups][tiles of outputs][VECTORS]
#end
#if RESIDUAL
@group(0) @binding(4) var<storage, read> residual: array<vec4f>; // as y
#end
#if RELU && POOL == 1
@group(0) @binding(${4 + RESIDUAL}) var<storage, read_write> gates: array<u32>; // [block][tiles of 8 of groups * outputs][output_height][output_width][lane]
#end
#if POOL > 1
@group(0) @binding(${4 + RESIDUAL}) var<storage, read_write> codes: array<u32>; // as y
#end
@group(0) @binding(${4 + RESIDUAL + (RELU || POOL > 1)}) var<storage, read_write> y: array<vec4f>; // [block][groups * outputs][output_height][output_width][lane]

@compute @workgroup_size(${WORKGROUP}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
#include lib/tile/place
  let row_tiles = (p.output_height + ${ROWS / POOL - 1}u) / ${ROWS / POOL}u;
  let column_tiles = (p.output_width + ${PIXELS / POOL - 1}u) / ${PIXELS / POOL}u;
#include lib/tile/within_plane
  let column = within % column_tiles * ${PIXELS / POOL}u;
  let row = within / column_tiles * ${ROWS / POOL}u;

  // Sums are named a<row>_<pixel>_<written channel>.
#for q in 0..VECTORS
  let bias$q = bias[tile * ${VECTORS}u + ${q}u];
#end
#for t in 0..ROWS, m in 0..PIXELS, o in 0..CHANNELS
#if CHANNELS == 1
  var a${t}_${m}_$o = vec4f(bias0);
#else
  var a${t}_${m}_$o = vec4f(bias${o / 4}[${o % 4}]);
#end
#end

#if TAP_ROWS > 1
  let top = i32(row * ${POOL}u) - i32(p.padding.x);
#else
  let top = i32(row * ${POOL}u * p.stride.x) - i32(p.padding.x);
#end
  let left = i32(column * ${STRIDE * POOL}u) - i32(p.padding.y);
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

#include lib/tile/store_value
}
