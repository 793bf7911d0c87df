// A convolution of one tap without padding, whose loads eight neighbouring invocations share:
//
//   z[o, r, s] = bias[o] + sum over c of w[o, c] * x[c, r * stride, s * stride],   y = relu(z + residual), each part optional
//
// With the weights of the other direction (TRANSPOSED) it computes the cotangent of such a convolution. It is for processors that run eight
// invocations or more in one vector and load for each of them in turn, so that loads cost more than products and shuffles least of all.
// Eight invocations are a workgroup. They compute 2 * CHANNELS channels o of one group, in eight columns: a column is one place of one quad, and
// all places of all quads lie on one axis, in the order in which they lie in memory. The first four invocations have CHANNELS of the channels and
// the last four the others. An invocation loads x of one column. It has that column's sums and those of the column of its partner in the other
// half, whose x it is handed. It loads a fourth of its half's weights, and is handed the rest.
// docs/gpu.md has the measurements ("lavapipe beside PyTorch").
// requires: lib/broadcast
// Channels of a half, a multiple of 8. With more of them than 32 the loop's body would not fit the processor's cache of instructions.
#constant CHANNELS 32
// Channels c in the loop's body. Each iteration reads and writes every sum.
#constant STEP 2
// TRANSPOSED: the weights are those of the other direction, in tiles of TRANSPOSED channels c, so that a vector holds channels c of one o.
#constant TRANSPOSED 0
// Sums start at a bias, or at 0.
#constant START 0
// The epilogue: what is added, a ReLU with its gates, the gates of the value whose cotangent is written.
#constant RESIDUAL 0
#constant ACCUMULATE 0
#constant RELU 0
#constant GATED 0
#if RELU || GATED
// requires: lib/gates
#end
// Of lib/workgroup/store: no bias is added at the end.
#constant BIAS 0
// Derived: channels of the eight invocations, and vectors of four channels of a half.
#constant OUTPUTS 2 * CHANNELS
#constant VECTORS CHANNELS / 4

struct Parameters {
#include lib/convolution/members
#if GATED
  gate_plane: u32,
  gate_words: u32,
#end
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][groups * channels][height][width][lane]
#if TRANSPOSED
@group(0) @binding(2) var<storage, read> weights: array<vec2f>; // [groups][tiles of channels][outputs, filled up to 16][TRANSPOSED / 2]
#else
@group(0) @binding(2) var<storage, read> weights: array<vec4f>; // [groups][tiles of outputs][channels, filled up to 16][4]
#end
#if START
@group(0) @binding(3) var<storage, read> bias: array<vec4f>; // [groups][tiles of outputs][4]
#end
#if RESIDUAL
@group(0) @binding(${3 + START}) var<storage, read> residual: array<vec4f>; // as y
#end
#if RELU
@group(0) @binding(${3 + START + RESIDUAL}) var<storage, read_write> gates: array<u32>; // [block][tiles of 8 of groups * outputs][place][lane]
#end
#if GATED
@group(0) @binding(3) var<storage, read> gates: array<u32>; // [block][gate_words][lane]
#end
@group(0) @binding(${3 + START + RESIDUAL + RELU + GATED}) var<storage, read_write> y: array<vec4f>; // [block][groups * outputs][place][lane]

@compute @workgroup_size(8, 1, 1)
fn main(@builtin(local_invocation_id) local: vec3u, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let lanes = p.grid.lanes;
  let plane = p.output_height * p.output_width;
  let lane_bits = firstTrailingBit(lanes); // a power of two
  let line = plane * lanes; // the columns of one channel, in one block
  // Tiles of columns, of one block after another: there are several blocks only where they have 16 lanes, which are whole tiles.
  let column_tiles = (((p.grid.quads + lanes - 1u) >> lane_bits) * line + 7u) / 8u;
  // Workgroups with the same columns of one group are neighbours, and then those of the same group.
  let tiles = (p.outputs + ${OUTPUTS - 1}u) / ${OUTPUTS}u;
  let number = group.y * groups.x + group.x;
  let others = number / tiles;
  let own_group = others / column_tiles;
  if (own_group >= p.groups) {
    return;
  }
  let first_column = (others - own_group * column_tiles) * 8u;
  let outer = first_column / line; // the block
  let own_first = first_column - outer * line;
  let member = local.x;
  // A half's first channel, and the number of channels from there on. The last half may have none: it computes along, for its partners.
  let first = (number - others * tiles) * ${OUTPUTS}u + member / 4u * ${CHANNELS}u;
  let half_count = max(p.outputs, first) - first;
  let packed_tiles = (p.outputs + 15u) / 16u; // in one group

  let x_line = p.height * p.width * lanes;
  var from_x = (outer * p.groups + own_group) * p.channels * x_line;
  let column = min(own_first + member, line - 1u);
  let y_place = column >> lane_bits;
  let row = y_place / p.output_width;
  let x_place = row * p.stride.x * p.width + (y_place - row * p.output_width) * p.stride.y;
  let x_column = (x_place << lane_bits) + (column & (lanes - 1u));
#if TRANSPOSED
  let w_step = packed_tiles * ${8 * TRANSPOSED}u; // from one tile of channels to the next
  let first_w = own_group * ((p.channels + ${TRANSPOSED - 1}u) / ${TRANSPOSED}u) * w_step;
#for v in 0..VECTORS
  let at_w$v = min(first + ${4 * v}u + member_of(local, 4u), packed_tiles * 16u - 1u) * ${TRANSPOSED / 2}u;
#end
#else
  let w_step = (p.channels + 15u) / 16u * 64u; // from one tile of outputs to the next
  var from_w = own_group * packed_tiles * w_step;
  // A half's vectors of an iteration are the loop body's channels times VECTORS.
#for l in 0..STEP * CHANNELS / 16
  let number$l = ${4 * l}u + member_of(local, 4u);
  let vector$l = first / 4u + number$l % ${VECTORS}u;
  let at_w$l = min(vector$l / 4u, packed_tiles - 1u) * w_step + number$l / ${VECTORS}u * 4u + vector$l % 4u;
#end
#end

  // Sums are named y<o of 8>_<2 * eight + column>, columns being the invocation's and its partner's.
#if START
  let from_bias = own_group * packed_tiles * 4u;
#for b in 0..(VECTORS + 3) / 4
  let bias$b = bias[from_bias + min(first / 4u + ${4 * b}u + member_of(local, 4u), packed_tiles * 4u - 1u)];
#end
#for v in 0..VECTORS
  let start$v = quadBroadcast(bias${v / 4}, ${v % 4}u);
#end
#for o in 0..CHANNELS, m in 0..2
  var y${o % 8}_${o / 8 * 2 + m} = vec4f(start${o / 4}[${o % 4}]);
#end
#else
#for o in 0..8, n in 0..VECTORS
  var y${o}_$n = vec4f(0.0);
#end
#end
  for (var c = 0u; c < p.channels; c += ${STEP}u) {
#for u in 0..STEP
#if u == 0
    let x${u}_0 = x[from_x + x_column];
#else
    // Past the channels weights are 0, but x need not be finite.
    let x${u}_0 = select(vec4f(0.0), x[from_x + min(${u}u, p.channels - 1u - c) * x_line + x_column], c + ${u}u < p.channels);
#end
    let x${u}_1 = subgroupShuffleXor(x${u}_0, 4u);
#end
#if TRANSPOSED
    let from_w = first_w + c / ${TRANSPOSED}u * w_step + c % ${TRANSPOSED}u / 2u;
#for v in 0..VECTORS
    let part$v = weights[from_w + at_w$v];
#end
#for o in 0..CHANNELS
    let w$o = quadBroadcast(part${o / 4}, ${o % 4}u);
#end
#else
#for l in 0..STEP * CHANNELS / 16
    let part$l = weights[from_w + at_w$l];
#end
#for u in 0..STEP, v in 0..VECTORS
    let w${u}_$v = quadBroadcast(part${(u * VECTORS + v) / 4}, ${(u * VECTORS + v) % 4}u);
#end
#end
#for o in 0..CHANNELS, m in 0..2
    let s${m}_${o}_0 = y${o % 8}_${o / 8 * 2 + m};
#for u in 0..STEP
#if TRANSPOSED
    let s${m}_${o}_${u + 1} = fma(x${u}_$m, vec4f(w$o[$u]), s${m}_${o}_$u);
#else
    let s${m}_${o}_${u + 1} = fma(x${u}_$m, vec4f(w${u}_${o / 4}[${o % 4}]), s${m}_${o}_$u);
#end
#end
    y${o % 8}_${o / 8 * 2 + m} = s${m}_${o}_$STEP;
#end
    from_x += ${STEP}u * x_line;
#if !TRANSPOSED
    from_w += ${4 * STEP}u;
#end
  }

  let step = plane;
  let elements = p.groups * p.outputs * plane;
#for n in 0..VECTORS
  let own$n = own_first + (member ^ ${n % 2 * 4}u); // within its block
  let lane$n = own$n & (lanes - 1u);
  let outer$n = outer;
  if (own$n < line && outer * lanes + lane$n < p.grid.quads && half_count > ${n / 2 * 8}u) {
    let count = half_count - ${n / 2 * 8}u;
    let element$n = (own_group * p.outputs + first + ${n / 2 * 8}u) * plane + (own$n >> lane_bits);
#include lib/workgroup/store
  }
#end
}
#include lib/workgroup/gates_of_outputs
