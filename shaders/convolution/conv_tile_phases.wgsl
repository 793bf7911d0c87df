// The cotangent dx of a convolution with a stride s and dilation 1, in tiles held in registers. The pixels of dx whose row and column leave
// the remainders (a, b) when divided by s form a plane of their own, a phase. A phase is the convolution of dy (x here), with stride 1,
// with every s-th tap. So this is s x s dense convolutions, without zeros in between. An invocation computes the pixels of all phases of a
// row that meet the same columns of dy: PIXELS of each. Each tap of a row is in one of these phases, so that a load of dy serves all of them.
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
@group(0) @binding(2) var<storage, read> weights: array<f32>; // [groups * outputs][channels][rows of taps][TAPS]
#else
@group(0) @binding(2) var<storage, read> weights: array<vec4f>; // [groups][tiles of outputs][channels][rows of taps][TAPS][VECTORS]
#end
#if GATED
@group(0) @binding(3) var<storage, read> gates: array<u32>; // [block][gate_words][lane]
#end
@group(0) @binding(${3 + GATED}) var<storage, read_write> y: array<vec4f>; // [block][groups * outputs][output_height][output_width][lane]

@compute @workgroup_size(${WORKGROUP}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
#include lib/tile/place
  let row_tiles = ((p.output_height + p.stride.x - 1u) / p.stride.x + ${ROWS - 1}u) / ${ROWS}u;
  let column_tiles = ((p.output_width + ${PHASES - 1}u) / ${PHASES}u + ${PIXELS - 1}u) / ${PIXELS}u;
  // The number of the tile within its phase, the phase of its rows, and the tile of written channels, counted over all groups.
  let in_phase = (row_tiles * column_tiles + ${NEIGHBOURS - 1}u) / ${NEIGHBOURS}u * ${NEIGHBOURS}u;
  let within = at.tile % in_phase;
  let phase = at.tile / in_phase % p.stride.x;
  let tile = at.tile / in_phase / p.stride.x;
  let column = within % column_tiles * ${PIXELS}u;
  let row = within / column_tiles * ${ROWS}u;
  // The first row of taps that this phase meets, the number of its rows, and the row of dy at that tap for the phase's row 0.
  let first_tap = (phase + p.padding.x) % p.stride.x;
  let rows_met = (max(p.kernel.x, first_tap) - first_tap + p.stride.x - 1u) / p.stride.x;
  let origin = i32((phase + p.padding.x) / p.stride.x);

  // Sums are named a<row>_<pixel>_<written channel>.
#for t in 0..ROWS, m in 0..PIXELS * PHASES, o in 0..CHANNELS
  var a${t}_${m}_$o = vec4f(0.0);
#end

  let top = i32(row) + origin - i32(rows_met) + 1;
  let left = i32(column + (p.padding.y + ${PHASES - 1}u) / ${PHASES}u) - ${X_COLUMNS - PIXELS};
#include lib/tile/columns
  // The rows of taps that meet dy anywhere in the tile, or that the phase meets where neighbouring tiles must have the same, and how their
  // weights lie.
  let row_stride = 1;
  let row_dilation = 1u;
#if NEIGHBOURS > 1
  let start0 = 0u;
  let end0 = rows_met;
#else
  let start0 = tap_start(top + ${ROWS - 1}, 1u);
  let end0 = tap_end(top, p.height, rows_met, 1u);
#end
  let tap_step = p.stride.x * ${TAPS * PACKED}u;
  let w_plane = p.kernel.x * ${TAPS * PACKED}u;
  let first_w = tile * p.channels * ${PACKED_TILES}u * w_plane + (p.kernel.x + p.stride.x - 1u - first_tap) % p.stride.x * ${TAPS * PACKED}u;
#include lib/tile/sum_rows

  // The first channel that the tile writes, and the number of channels from there on.
  let first = tile % tiles * ${CHANNELS}u;
  let channel = group * p.outputs + first;
  let count = p.outputs - first;
  let plane = p.output_height * p.output_width;
#for t in 0..ROWS, m in 0..PIXELS * PHASES
  let pixel${t}_$m = vec2u((row + ${t}u) * p.stride.x + phase, column * ${PHASES}u + ${m}u);
#include lib/tile/store_cotangent
#end
}
#include lib/tile/gates_of_tile
