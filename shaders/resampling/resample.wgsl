// Resampling along an axis: z[.., i, ..] = sum of `weights`[k] * x[.., places[k], ..] over the taps k of i, `first`[i] to `first`[i + 1] -
// 1. Backward it is the same sum over the transposed taps.
// requires: lib/grid
// One invocation: one element of QUADS neighbouring quads.
// ACCUMULATE: the kernel may add the cotangent to what is there.
// GATED: the kernel applies the gates of the value to the cotangent that it writes.
#constant QUADS 1
#constant ACCUMULATE 0
#constant GATED 0
#if GATED
// requires: lib/gates
#end

struct Parameters {
  grid: Grid,
  elements: u32, // of x, for one sample
  size_x: u32, // of the axis in x
  size_z: u32,
  inner: u32, // elements from one place along the axis to the next
#if GATED
  gate_plane: u32,
  gate_words: u32,
#end
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][outer][size_x][inner][lane]
@group(0) @binding(2) var<storage, read> first: array<u32>; // [size_z + 1]
@group(0) @binding(3) var<storage, read> places: array<u32>; // [taps]
@group(0) @binding(4) var<storage, read> weights: array<f32>; // [taps]
#if GATED
@group(0) @binding(5) var<storage, read> gates: array<u32>; // [block][gate_words][lane]
#end
@group(0) @binding(${5 + GATED}) var<storage, read_write> z: array<vec4f>; // [block][outer][size_z][inner][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
#include lib/place_quads
  if (!at.inside) {
    return;
  }
  let lanes = p.grid.lanes;
  let lane = at.lane * ${QUADS}u;
  let line = at.tile / p.inner;
  let i = line % p.size_z;
  let origin = at.block * p.elements + line / p.size_z * p.size_x * p.inner + at.tile % p.inner;
#for q in 0..QUADS
  var value$q = vec4f(0.0);
#end
  for (var k = first[i]; k < first[i + 1u]; k++) {
    let weight = weights[k];
    let at_x = (origin + places[k] * p.inner) * lanes + lane;
#for q in 0..QUADS
    value$q += weight * x[at_x + ${q}u];
#end
  }
  let written = (at.block * p.grid.tiles + at.tile) * lanes + lane;
#include lib/store_quads
}
