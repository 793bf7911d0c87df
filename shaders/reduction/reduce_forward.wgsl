// Reductions over axes, forward: y = sum of x / divisor; or the largest or smallest x and its place in x, the first of equals.
// MODE is one of the constants below it.
// x is [outer][count][inner], reduced along `count`. With TABLE, output o takes the elements first[o] + pattern[k] instead.
// requires: lib/grid
// One invocation: one output of four samples. Sums are made in runs of 16, and those in blocks of 256: a number that is added again and again is rounded the
// same way each time. Runs of 64 alone were 5e-7 off for 6480 elements of five values, and 8e-6 for a plane of 224 x 224 equal ones; these are 4e-9 and 2e-6.
#constant MODE 0
#constant SUM 0
#constant MAX 1
#constant MIN 2
#constant TABLE 0

struct Parameters {
  grid: Grid,
  elements: u32, // of x, for one sample
  count: u32, // elements that go into each output
#if !TABLE
  inner: u32,
#end
#if MODE == SUM
  divisor: f32,
#end
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][elements][lane]
#if TABLE
@group(0) @binding(2) var<storage, read> first: array<u32>; // [tiles]
@group(0) @binding(3) var<storage, read> pattern: array<u32>; // [count]
#end
#if MODE != SUM
@group(0) @binding(${2 + 2 * TABLE}) var<storage, read_write> found: array<vec4u>; // [block][tiles][lane]: the element of x
#end
@group(0) @binding(${2 + 2 * TABLE + (MODE != SUM)}) var<storage, read_write> y: array<vec4f>; // [block][tiles][lane]

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
#if MODE == SUM
  var sum = vec4f(0.0);
  for (var begin = 0u; begin < p.count; begin += 256u) {
    let end = min(begin + 256u, p.count);
    var long_sum = vec4f(0.0);
    for (var run = begin; run < end; run += 16u) {
      var part = vec4f(0.0);
      for (var k = run; k < min(run + 16u, end); k++) {
#if TABLE
        let element = start + pattern[k];
#else
        let element = start + k * p.inner;
#end
        part += x[(offset + element) * p.grid.lanes + at.lane];
      }
      long_sum += part;
    }
    sum += long_sum;
  }
  y[at.linear] = sum / p.divisor;
#else
  var best = x[(offset + start) * p.grid.lanes + at.lane];
  var position = vec4u(start);
  for (var k = 1u; k < p.count; k++) {
#if TABLE
    let element = start + pattern[k];
#else
    let element = start + k * p.inner;
#end
    let value = x[(offset + element) * p.grid.lanes + at.lane];
#if MODE == MAX
    let better = value > best;
#else
    let better = value < best;
#end
    best = select(best, value, better);
    position = select(position, vec4u(element), better);
  }
  found[at.linear] = position;
  y[at.linear] = best;
#end
}
