// A convolution of one tap on planes of the same size, whose loads eight neighbouring invocations share:
//
//   z[o, place] = bias[o] + sum over c of w[o, c] * x[c, place],   y = relu(z + residual), each part optional
//
// With the weights of the other direction (TRANSPOSED) it computes the cotangent of such a convolution. It is for processors that run eight
// invocations or more in one vector and load for each of them in turn, so that loads cost more than products and shuffles least of all.
// Eight invocations are a workgroup. They compute 32 channels o of one group, in eight columns: a column is one place of one quad, and all
// places of all quads lie on one axis, in the order in which they lie in memory. The first four invocations have 16 of the channels and the
// last four the others. An invocation loads x of one column. It has that column's sums and those of the column of its partner in the other
// half, whose x it is handed. It loads one of four vectors of its half's weights, and is handed the rest.
// docs/gpu.md has the measurements ("lavapipe beside PyTorch").
// requires: lib/broadcast
// HALVES 1: the last four invocations have the same 16 channels as the first, and other columns. An invocation loads x of both of its columns.
#constant HALVES 2
// Channels c in the loop's body. Each iteration reads and writes every sum.
#constant STEP 2
// TRANSPOSED: the weights are those of the other direction, in tiles of TRANSPOSED channels c, so that a vector holds channels c of one o.
#constant TRANSPOSED 0
// The epilogue: what is added, a ReLU with its gates, the gates of the value whose cotangent is written.
#constant BIAS 0
#constant RESIDUAL 0
#constant ACCUMULATE 0
#constant RELU 0
#constant GATED 0
#if RELU || GATED
// requires: lib/gates
#end
// Derived: columns of the eight invocations.
#constant COLUMNS 16 / HALVES

struct Parameters {
#include lib/convolution/members
#if GATED
  gate_plane: u32,
  gate_words: u32,
#end
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][groups * channels][place][lane]
#if TRANSPOSED
@group(0) @binding(2) var<storage, read> weights: array<vec2f>; // [groups][tiles of channels][outputs, filled up to 16][TRANSPOSED / 2]
#else
@group(0) @binding(2) var<storage, read> weights: array<vec4f>; // [groups][tiles of outputs][channels, filled up to 16][4]
#end
#if BIAS
@group(0) @binding(3) var<storage, read> bias: array<vec4f>; // [groups][tiles of outputs][4]
#end
#if RESIDUAL
@group(0) @binding(${3 + BIAS}) var<storage, read> residual: array<vec4f>; // as y
#end
#if RELU
@group(0) @binding(${3 + BIAS + RESIDUAL}) var<storage, read_write> gates: array<u32>; // [block][tiles of 8 of groups * outputs][place][lane]
#end
#if GATED
@group(0) @binding(3) var<storage, read> gates: array<u32>; // [block][gate_words][lane]
#end
@group(0) @binding(${3 + BIAS + RESIDUAL + RELU + GATED}) var<storage, read_write> y: array<vec4f>; // [block][groups * outputs][place][lane]

@compute @workgroup_size(8, 1, 1)
fn main(@builtin(local_invocation_id) local: vec3u, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let lanes = p.grid.lanes;
  let plane = p.output_height * p.output_width;
  let lane_bits = firstTrailingBit(lanes); // a power of two
  let line = plane * lanes; // the columns of one channel, in one block
  // Tiles of columns, of one block after another: there are several blocks only where they have 16 lanes, which are whole tiles.
  let column_tiles = (((p.grid.quads + lanes - 1u) >> lane_bits) * line + ${COLUMNS - 1}u) / ${COLUMNS}u;
  // Workgroups with the same columns of one group are neighbours, and then those of the same group.
  let tiles = (p.outputs + ${16 * HALVES - 1}u) / ${16 * HALVES}u;
  let number = group.y * groups.x + group.x;
  let others = number / tiles;
  let own_group = others / column_tiles;
  if (own_group >= p.groups) {
    return;
  }
  let first_column = (others - own_group * column_tiles) * ${COLUMNS}u;
  let outer = first_column / line; // the block
  let own_first = first_column - outer * line;
  let member = local.x;
  // A half's first channel, and the number of channels from there on. The last half may have none: it computes along, for its partners.
  let first = (number - others * tiles) * ${16 * HALVES}u + member / 4u * ${16 * (HALVES - 1)}u;
  let half_count = max(p.outputs, first) - first;
  let packed_tiles = (p.outputs + 15u) / 16u; // in one group
  let packed_tile = min(first / 16u, packed_tiles - 1u);

  var from_x = (outer * p.groups + own_group) * p.channels * line;
#for m in 0..3 - HALVES
  let x_column$m = min(own_first + member + ${8 * m}u, line - 1u);
#end
#if TRANSPOSED
  let w_step = packed_tiles * ${8 * TRANSPOSED}u; // from one tile of channels to the next
  let first_w = own_group * ((p.channels + ${TRANSPOSED - 1}u) / ${TRANSPOSED}u) * w_step + (packed_tile * 16u + member_of(local, 4u)) * ${TRANSPOSED / 2}u;
#else
  var from_w = (own_group * packed_tiles + packed_tile) * ((p.channels + 15u) / 16u) * 64u + member_of(local, 4u);
#end

  // Sums are named y<o of 8>_<2 * eight + column>, columns being the invocation's and its partner's.
#for o in 0..8, n in 0..4
  var y${o}_$n = vec4f(0.0);
#end
  for (var c = 0u; c < p.channels; c += ${STEP}u) {
#for u in 0..STEP, m in 0..3 - HALVES
#if u == 0
    let x${u}_$m = x[from_x + x_column$m];
#else
    // Past the channels weights are 0, but x need not be finite.
    let x${u}_$m = select(vec4f(0.0), x[from_x + min(${u}u, p.channels - 1u - c) * line + x_column$m], c + ${u}u < p.channels);
#end
#end
#if HALVES == 2
#for u in 0..STEP
    let x${u}_1 = subgroupShuffleXor(x${u}_0, 4u);
#end
#end
#if TRANSPOSED
    let from_w = first_w + c / ${TRANSPOSED}u * w_step + c % ${TRANSPOSED}u / 2u;
#for v in 0..4
    let part$v = weights[from_w + ${2 * TRANSPOSED * v}u];
#end
#for o in 0..16
    let w$o = quadBroadcast(part${o / 4}, ${o % 4}u);
#end
#else
#for u in 0..STEP
    let part$u = weights[from_w + ${4 * u}u];
#for v in 0..4
    let w${u}_$v = quadBroadcast(part$u, ${v}u);
#end
#end
#end
#for o in 0..16, m in 0..2
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
    from_x += ${STEP}u * line;
#if !TRANSPOSED
    from_w += ${4 * STEP}u;
#end
  }

  let step = plane;
  let elements = p.groups * p.outputs * plane;
#if BIAS
  let from_bias = (own_group * packed_tiles + packed_tile) * 4u;
#end
#for n in 0..4
#if HALVES == 2
  let own$n = own_first + (member ^ ${n % 2 * 4}u); // within its block
#else
  let own$n = own_first + member + ${n % 2 * 8}u;
#end
  let lane$n = own$n & (lanes - 1u);
  let outer$n = outer;
  if (own$n < line && outer * lanes + lane$n < p.grid.quads && half_count > ${n / 2 * 8}u) {
    let count = half_count - ${n / 2 * 8}u;
    let element$n = (own_group * p.outputs + first + ${n / 2 * 8}u) * plane + (own$n >> lane_bits);
#if BIAS
    let bias0 = bias[from_bias + ${n / 2 * 2}u];
    let bias1 = bias[from_bias + ${n / 2 * 2 + 1}u];
#end
#include lib/workgroup/store
  }
#end
}
#include lib/workgroup/gates_of_outputs
