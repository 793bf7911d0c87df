// The cotangent dx of a convolution with a stride s and dilation 1, in tiles held in registers. The pixels of dx whose row and column leave
// the remainders (a, b) when divided by s form a plane of their own, a phase. A phase is the convolution of dy (x here), with stride 1,
// with every s-th tap. So this is s x s dense convolutions, without zeros in between.
#include lib/tile/constants
// requires: lib/gates
// Applies the gates of the value to its cotangent y as y is stored.
#constant GATED 0
// Adds to the y that is there, where grid.accumulate is 1.
#constant ACCUMULATE 1
// x is not spread over the windows of a pool, as it may be in shaders/convolution/conv_tile_backward.wgsl.
#constant EXPAND 1
#constant LOADED_COLUMNS X_COLUMNS

struct Parameters {
#include lib/convolution/members
#if GATED
  gate_plane: u32,
  gate_words: u32,
#end
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][groups * channels][height][width][lane]
#if CHANNELS == 1
@group(0) @binding(2) var<storage, read> weights: array<f32>; // [groups * outputs][channels][rows of taps][stride][TAPS]
#else
@group(0) @binding(2) var<storage, read> weights: array<vec4f>; // [groups][tiles of outputs][channels][rows of taps][stride][TAPS][VECTORS]
#end
#if GATED
@group(0) @binding(3) var<storage, read> gates: array<u32>; // [block][gate_words][lane]
#end
@group(0) @binding(${3 + GATED}) var<storage, read_write> y: array<vec4f>; // [block][groups * outputs][output_height][output_width][lane]

@compute @workgroup_size(${WORKGROUP}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
#include lib/tile/place
  let row_tiles = ((p.output_height + p.stride.x - 1u) / p.stride.x + ${ROWS - 1}u) / ${ROWS}u;
  let column_tiles = ((p.output_width + p.stride.y - 1u) / p.stride.y + ${PIXELS - 1}u) / ${PIXELS}u;
  let column = at.tile % column_tiles * ${PIXELS}u;
  let line = at.tile / column_tiles;
  let row = line / p.stride.y % row_tiles * ${ROWS}u;
  let phases = line / (p.stride.y * row_tiles);
  let phase = vec2u(phases % p.stride.x, line % p.stride.y);
  let tile = phases / p.stride.x; // counted over all groups
  // The first tap that this phase meets, the number of its taps, and the row and column of dy at that tap for the phase's pixel (0, 0).
  let first_tap = (phase + p.padding) % p.stride;
  let taps = (max(p.kernel, first_tap) - first_tap + p.stride - 1u) / p.stride;
  let origin = vec2i((phase + p.padding) / p.stride);

  // Sums are named a<row>_<pixel>_<written channel>.
#for t in 0..ROWS, m in 0..PIXELS, o in 0..CHANNELS
  var a${t}_${m}_$o = vec4f(0.0);
#end

  let top = i32(row) + origin.x - i32(taps.x) + 1;
  let left = i32(column) + origin.y - ${TAPS - 1};
#include lib/tile/columns
  // The rows of taps that meet dy anywhere in the tile, and how their weights lie.
  let row_stride = 1;
  let row_dilation = 1u;
  let start0 = tap_start(top + ${ROWS - 1}, 1u);
  let end0 = select(tap_end(top, p.height, taps.x, 1u), 0u, taps.y == 0u);
  let tap_step = p.stride.x * p.stride.y * ${TAPS * VECTORS}u;
  let w_plane = p.kernel.x * p.stride.y * ${TAPS * VECTORS}u;
  let first_w = tile * p.channels * w_plane + ((p.kernel.x - 1u - first_tap.x) % p.stride.x * p.stride.y + phase.y) * ${TAPS * VECTORS}u;
#include lib/tile/sum_rows

  // The first channel that the tile writes, and the number of channels from there on.
  let first = tile % tiles * ${CHANNELS}u;
  let channel = group * p.outputs + first;
  let count = p.outputs - first;
  let plane = p.output_height * p.output_width;
#for t in 0..ROWS, m in 0..PIXELS
  let pixel${t}_$m = vec2u(row + ${t}u, column + ${m}u) * p.stride + phase;
#include lib/tile/store_cotangent
#end
}
#include lib/tile/gates_of_tile
