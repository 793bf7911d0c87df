// The last step of Winograd's F(4, 3) along an axis, y = A^T m (winograd_points.wgsl is the first). It may be the cotangent of a value.
// requires: lib/grid
// requires: lib/gates
// requires: lib/winograd/points
// One invocation: one tile of a row in CHANNELS channels, of four samples.
#constant CHANNELS 8
// GATED and ACCUMULATE as in conv_tile_backward.wgsl.
#constant GATED 0
#constant ACCUMULATE 0

struct Parameters {
#include lib/winograd/members
#if GATED
  gate_plane: u32,
  gate_words: u32,
#end
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> products: array<vec4f>; // [block][6][channels][point_rows][tiles][inner][lane]
#if GATED
@group(0) @binding(2) var<storage, read> gates: array<u32>; // [block][gate_words][lane]
#end
@group(0) @binding(${2 + GATED}) var<storage, read_write> y: array<vec4f>; // [block][channels][plane_rows][length][inner][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
#include lib/winograd/place
  let plane_row = row + p.first_row;
  if (plane_row >= p.plane_rows) {
    return;
  }
  let plane = p.plane_rows * p.length * p.inner;
  let e = first * plane + (plane_row * p.length + 4u * tile) * p.inner + spot % p.inner; // counted within a sample
  var index = (at.block * p.channels * plane + e) * lanes + at.lane;
#if GATED
#for c in 0..4
  let gate$c = gates_of_tile(at, e + min(${c}u, p.length - 1u - 4u * tile) * p.inner, plane, count);
#end
#end
  var product0 = first_point;
  for (var o = 0u; o < count; o++) {
#for n in 0..1
#include lib/winograd/outputs
#end
#for c in 0..4
    if (4u * tile + ${c}u < p.length) {
      var value = z0_$c;
#if ACCUMULATE
      if (p.grid.accumulate != 0u) {
        value += y[index + ${c}u * step];
      }
#end
#if GATED
      value = through_gate(value, gate$c, 4u * o);
#end
      y[index + ${c}u * step] = value;
    }
#end
    index += plane * lanes;
    product0 += channel_step;
  }
}
#include lib/tile/gates_of_tile
