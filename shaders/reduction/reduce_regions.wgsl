// ReduceMax and ReduceMin of samples and their twins, and where the samples' elements change. A twin takes the element that its sample
// takes. The margin of every other element is its distance from that one. Of equals the first is taken. MODE is one of the constants below
// it. x is [outer][count][inner], reduced along `count`. With TABLE, output o takes the elements first[o] + pattern[k] instead.
// requires: lib/regions
// One invocation: one output of two samples and their twins. It goes twice over the elements.
#constant MODE 1
#constant MAX 1
#constant MIN 2
#constant TABLE 0

struct Parameters {
  grid: Grid,
  samples: u32,
  first_unit: u32, // units of the network before those of this operator
  elements: u32, // of x, for one sample
  count: u32, // elements that go into each output
#if !TABLE
  inner: u32,
#end
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][elements][lane]
#if TABLE
@group(0) @binding(2) var<storage, read> first: array<u32>; // [tiles]
@group(0) @binding(3) var<storage, read> pattern: array<u32>; // [count]
#end
@group(0) @binding(${2 + 2 * TABLE}) var<storage, read> points: array<vec2f>; // [samples]
@group(0) @binding(${3 + 2 * TABLE}) var<storage, read_write> y: array<vec4f>; // [block][tiles][lane]
@group(0) @binding(${4 + 2 * TABLE}) var<storage, read_write> regions: array<atomic<u32>>; // [samples][3]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let at = place(p.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let offset = at.block * p.elements;
#if TABLE
  let start = first[at.tile];
#else
  let start = at.tile / p.inner * p.count * p.inner + at.tile % p.inner;
#end
  var best = x[(offset + start) * p.grid.lanes + at.lane];
  var position = vec2u(start);
  for (var k = 1u; k < p.count; k++) {
#if TABLE
    let element = start + pattern[k];
#else
    let element = start + k * p.inner;
#end
    let value = x[(offset + element) * p.grid.lanes + at.lane];
#if MODE == MAX
    let better = value.xz > best.xz;
#else
    let better = value.xz < best.xz;
#end
    best = select(best, value, better.xxyy);
    position = select(position, vec2u(element), better);
  }
  y[at.linear] = best;

  let s = stretch_at(at);
  var region = gated(whole(), p.first_unit + at.tile, position);
  for (var k = 0u; k < p.count; k++) {
#if TABLE
    let element = start + pattern[k];
#else
    let element = start + k * p.inner;
#end
    // The element's own margin is 0 at both points, and narrows nothing.
#if MODE == MAX
    let short = best - x[(offset + element) * p.grid.lanes + at.lane];
#else
    let short = x[(offset + element) * p.grid.lanes + at.lane] - best;
#end
    region = narrowed(region, s, short.xz, short.yw);
  }
  store_region(region, s.first);
}
