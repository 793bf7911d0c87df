// The last step of a Conv by Winograd's F(4, 3), forward, along the columns (winograd_points.wgsl is the first):
//
//   z = bias + A^T m, y = relu(pool(z + residual)), each part optional
// requires: lib/grid
// requires: lib/gates
// requires: lib/codes
// requires: lib/winograd/points
// One invocation: one tile of a row, or of the two rows of a pool's windows, in the CHANNELS channels of a word of gates, of four samples.
#constant CHANNELS 8
// The epilogue, as in conv_tile_forward.wgsl. POOL is 1 or 2. Rows and `length` count elements of y.
#constant RESIDUAL 0
#constant POOL 1
#constant RELU 0

struct Parameters {
#include lib/winograd/members
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> products: array<vec4f>; // [block][6][channels][point_rows][tiles][lane]
@group(0) @binding(2) var<storage, read> bias: array<f32>; // [channels]
#if RESIDUAL
@group(0) @binding(3) var<storage, read> residual: array<vec4f>; // as y
#end
#if RELU && POOL == 1
@group(0) @binding(${3 + RESIDUAL}) var<storage, read_write> gates: array<u32>; // [block][tiles of 8 of channels][plane_rows][length][lane]
#end
#if POOL > 1
@group(0) @binding(${3 + RESIDUAL}) var<storage, read_write> codes: array<u32>; // as y
#end
@group(0) @binding(${3 + RESIDUAL + (RELU || POOL > 1)}) var<storage, read_write> y: array<vec4f>; // [block][channels][plane_rows][length][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
#include lib/winograd/place
  let column = tile * ${4 / POOL}u;
  let plane_row = row + p.first_row;
  if (plane_row >= p.plane_rows) {
    return;
  }
  let plane = p.plane_rows * p.length;
  let place0 = plane_row * p.length + column;
  var index = ((at.block * p.channels + first) * plane + place0) * lanes + at.lane;
  var product0 = first_point + row * ${POOL - 1}u * spots * lanes;
#if RELU && POOL == 1
#for c in 0..4
  var gate$c = 0u;
#end
#end
  for (var o = 0u; o < count; o++) {
    let start = bias[first + o];
#if POOL > 1
    let product1 = product0 + spots * lanes;
#end
#for n in 0..POOL
#include lib/winograd/outputs
#end
#for c in 0..4 / POOL
    if (column + ${c}u < p.length) {
#if POOL > 1
#include lib/winograd/store_pool
#else
#include lib/winograd/store_pixel
#end
    }
#end
    index += plane * lanes;
    product0 += channel_step;
  }
#if RELU && POOL == 1
  let word = ((at.block * ((p.channels + 7u) / 8u) + first / 8u) * plane + place0) * lanes + at.lane;
#for c in 0..4
  if (column + ${c}u < p.length) {
    gates[word + ${c}u * lanes] = gate$c;
  }
#end
#end
}
