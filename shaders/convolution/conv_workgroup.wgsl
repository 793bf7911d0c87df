// Conv forward as a product with tiles in workgroup memory ("implicit GEMM": the matrix of all windows is never stored, its elements are found
// as they are loaded, https://arxiv.org/abs/1410.0759):
//
//   z[o, r, s] = bias[o] + sum over c, i, j of w[o, c, i, j] * x[c, r * stride + i * dilation - padding, s * stride + j * dilation - padding]
//   y = relu(z + residual), each part optional
//
// One workgroup: OUTPUTS channels o of one group, in QUADS columns, which are pixels (r, s) of quads; one invocation: 8 channels of EACH
// columns. A step of the depth is a tap (i, j) of a channel c. With weights that are transposed and turned by 180 degrees it computes the
// cotangent of a convolution with stride 1, as conv_tile_backward.wgsl does.
#include lib/workgroup/constants
// Rows and columns of taps, and stride and dilation of the columns. Those of the rows are parameters.
#constant TAP_ROWS 3
#constant TAPS 3
#constant STRIDE 1
#constant DILATION 1
// The packed weights have so many read channels that a multiple of this is whole.
#constant CHANNELS_MULTIPLE 1
// EXPAND > 1: x is the cotangent of a pool's output, and codes say where it belongs in windows of EXPAND x EXPAND.
#constant EXPAND 1
#if EXPAND > 1
// requires: lib/codes
#end

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
@group(0) @binding(${2 + (EXPAND > 1)}) var<storage, read> weights: array<vec4f>; // [groups][tiles of outputs][channels][TAP_ROWS][TAPS][VECTORS]
#if BIAS
@group(0) @binding(3) var<storage, read> bias: array<vec4f>; // [groups][tiles of outputs][VECTORS]
#end
#if RESIDUAL
@group(0) @binding(${3 + BIAS}) var<storage, read> residual: array<vec4f>; // as y
#end
#if RELU
@group(0) @binding(${3 + BIAS + RESIDUAL}) var<storage, read_write> gates: array<u32>; // [block][tiles of 8 of groups * outputs][output_height][output_width][lane]
#end
#if GATED
@group(0) @binding(${3 + (EXPAND > 1)}) var<storage, read> gates: array<u32>; // [block][gate_words][lane]
#end
@group(0) @binding(${3 + (EXPAND > 1) + BIAS + RESIDUAL + RELU + GATED}) var<storage, read_write> y: array<vec4f>; // [block][groups * outputs][output_height][output_width][lane]

// The window of a column: where the planes of x begin, and the row and column of its first tap.
struct Source {
  start: u32,
  top: i32,
  left: i32,
}

// Past the depth weights are 0, but x need not be finite.
fn x_of(source: Source, step: u32, depth: u32) -> vec4f {
  let p = parameters;
  let tap = step % ${TAP_ROWS * TAPS}u;
  let r = u32(source.top + i32(tap / ${TAPS}u * p.dilation.x));
  let s = u32(source.left + i32(tap % ${TAPS}u * ${DILATION}u));
  // Rows and columns before the first are large numbers here.
  let within = step < depth && r < p.height * ${EXPAND}u && s < p.width * ${EXPAND}u;
  let element = ((step / ${TAP_ROWS * TAPS}u * p.height + r / ${EXPAND}u) * p.width + s / ${EXPAND}u) * p.grid.lanes;
  let at = source.start + select(0u, element, within);
#if EXPAND > 1
  let found = codes_of(codes[at]) == vec4u(r % ${EXPAND}u * ${EXPAND}u + s % ${EXPAND}u);
  return select(vec4f(0.0), x[at], found & vec4<bool>(within));
#else
  return select(vec4f(0.0), x[at], within);
#end
}

@compute @workgroup_size(${WORKGROUP}, 1, 1)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let plane = p.output_height * p.output_width;
  let places = plane;
#include lib/workgroup/place
  let tiles = p.grid.tiles / p.groups; // in one group
  let own_group = tile / tiles;
  let depth = p.channels * ${TAP_ROWS * TAPS}u;
  let pixel = x_column / lanes % plane;
  let source = Source(
    (x_column / (lanes * plane) * p.groups + own_group) * p.channels * p.height * p.width * lanes + x_column % lanes,
    i32(pixel / p.output_width * p.stride.x) - i32(p.padding.x),
    i32(pixel % p.output_width * ${STRIDE}u) - i32(p.padding.y),
  );
#if TRANSPOSED
  let w_step = (p.outputs + 15u) / 16u * ${4 * TRANSPOSED}u; // from one tile of the read channels to the next
  let last_w_tile = (p.channels - 1u) / ${TRANSPOSED}u;
  let first_w = own_group * (last_w_tile + 1u) * w_step;
  let w_output = tile % tiles * ${OUTPUTS}u;
  let last_w_output = (p.outputs + 15u) / 16u * 16u - 4u;
#else
  let packed_tiles = (p.outputs + ${TILE - 1}u) / ${TILE}u; // in one group
  let w_tile = own_group * packed_tiles + tile % tiles * ${OUTPUTS / TILE}u;
  let last_w_tile = (own_group + 1u) * packed_tiles - 1u;
  let w_rows = (p.channels + ${CHANNELS_MULTIPLE - 1}u) / ${CHANNELS_MULTIPLE}u * ${CHANNELS_MULTIPLE * TAP_ROWS * TAPS}u;
#end
#include lib/workgroup/sum

  let first = tile % tiles * ${OUTPUTS}u + row; // within the group
  let count = max(p.outputs, first) - first;
  if (count == 0u) {
    return;
  }
  let step = plane;
  let elements = p.groups * p.outputs * plane;
#if BIAS
  let from_bias = (own_group * packed_tiles * ${TILE}u + first) / 4u;
  let bias0 = bias[from_bias];
  let bias1 = bias[from_bias + 1u];
#end
#for n in 0..EACH
  let own$n = first_column + column + ${n * ACROSS}u;
  let lane$n = own$n % lanes;
  let outer$n = own$n / (lanes * plane);
  if (own$n < columns && outer$n * lanes + lane$n < p.grid.quads) {
    let element$n = (own_group * p.outputs + first) * plane + own$n / lanes % plane;
#include lib/workgroup/store
  }
#end
}
#include lib/workgroup/gates_of_outputs
