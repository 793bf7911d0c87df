// Movements: element i of z is the sum of the elements of x that move there, or `fill` where none does. Forward at most one does. Backward,
// x is the cotangent of the output, and the cotangents of all copies of an element are summed.
// TABLE is one of the constants below it. It says what gives the places in x: a walk over z, a place for every element of z, or a list of
// places for each.
// requires: lib/grid
// The walk: z has `rank` axes of `sizes`, the innermost first. Along each the elements `begins` to `begins` + `counts` - 1 (modulo 2^32;
// all elements unless CHECKED) lie `strides` apart in x, from `base` on. With COPIES, `copies` elements from each such place on are summed,
// which lie as a walk along `copies_sizes` and `copies_strides`.
// One invocation: one element of QUADS neighbouring quads. Sums are made in runs of 64, so that long ones keep their digits.
// PARTIAL: the kernel leaves elements as they are where nothing moves. Another dispatch writes those.
// ACCUMULATE: the kernel may add the cotangent to what is there.
// GATED: the kernel applies the gates of the value to the cotangent that it writes.
#constant QUADS 1
#constant TABLE 0
#constant INDEX_MAP 0
#constant PLACE 1
#constant LIST 2
#constant CHECKED 0
#constant COPIES 0
#constant PARTIAL 0
#constant ACCUMULATE 0
#constant GATED 0
#if TABLE == INDEX_MAP
// requires: lib/index
#end
#if GATED
// requires: lib/gates
#end

struct Parameters {
  grid: Grid,
  elements: u32, // of x, for one sample
  fill: f32,
#if TABLE == INDEX_MAP
  base: u32,
  rank: u32,
  sizes_low: vec4u,
  sizes_high: vec4u,
  strides_low: vec4u,
  strides_high: vec4u,
#if CHECKED
  begins_low: vec4u,
  begins_high: vec4u,
  counts_low: vec4u,
  counts_high: vec4u,
#end
#if COPIES
  copies: u32,
  copies_rank: u32,
  copies_sizes: vec4u,
  copies_strides: vec4u,
#end
#end
#if GATED
  gate_plane: u32,
  gate_words: u32,
#end
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][elements][lane]
#if TABLE != INDEX_MAP
@group(0) @binding(2) var<storage, read> places: array<u32>; // PLACE: [tiles], or NOWHERE; LIST: [first[tiles]]
#end
#if TABLE == LIST
@group(0) @binding(3) var<storage, read> first: array<u32>; // [tiles + 1]: where each element's list begins and the one before it ends
#end
#if GATED
@group(0) @binding(${2 + TABLE}) var<storage, read> gates: array<u32>; // [block][gate_words][lane]
#end
@group(0) @binding(${2 + TABLE + GATED}) var<storage, read_write> z: array<vec4f>; // [block][tiles][lane]

const NOWHERE = 0xffffffffu;

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
#include lib/place_quads
  if (!at.inside) {
    return;
  }
  let lanes = p.grid.lanes;
  let lane = at.lane * ${QUADS}u;
  let written = (at.block * p.grid.tiles + at.tile) * lanes + lane;
  let origin = at.block * p.elements;
  var nowhere = false;
#if TABLE == INDEX_MAP
  var source = p.base;
  var rest = at.tile;
  for (var axis = 0u; axis < p.rank; axis++) {
    let size = of_axis(p.sizes_low, p.sizes_high, axis);
#if CHECKED
    let step = rest % size - of_axis(p.begins_low, p.begins_high, axis);
    nowhere = nowhere || step >= of_axis(p.counts_low, p.counts_high, axis);
#else
    let step = rest % size;
#end
    source += step * of_axis(p.strides_low, p.strides_high, axis);
    rest /= size;
  }
#end
#if TABLE == PLACE
  let source = places[at.tile];
  nowhere = source == NOWHERE;
#end
#if TABLE == LIST
  let start = first[at.tile];
  let end = first[at.tile + 1u];
  nowhere = start == end;
#end

#if PARTIAL
  if (nowhere) {
    return;
  }
#end
#if ACCUMULATE
  if (nowhere && p.grid.accumulate != 0u) {
    return;
  }
#end
#for q in 0..QUADS
  var value$q = vec4f(p.fill);
#end
  if (!nowhere) {
#if TABLE == LIST || COPIES
#for q in 0..QUADS
    value$q = vec4f(0.0);
#end
#if COPIES
    let start = 0u;
    let end = p.copies;
#end
    for (var begin = start; begin < end; begin += 64u) {
#for q in 0..QUADS
      var run$q = vec4f(0.0);
#end
      for (var k = begin; k < min(begin + 64u, end); k++) {
#if COPIES
        let element = source + address(k, p.copies_rank, p.copies_sizes, vec4u(0u), p.copies_strides, vec4u(0u));
#else
        let element = places[k];
#end
        let at_x = (origin + element) * lanes + lane;
#for q in 0..QUADS
        run$q += x[at_x + ${q}u];
#end
      }
#for q in 0..QUADS
      value$q += run$q;
#end
    }
#else
    let at_x = (origin + source) * lanes + lane;
#for q in 0..QUADS
    value$q = x[at_x + ${q}u];
#end
#end
  }
#include lib/store_quads
}
