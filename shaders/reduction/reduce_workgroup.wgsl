// Reductions over axes, forward, as reduce_forward.wgsl computes them, for many elements: y = sum of x / divisor; or the largest or smallest x and its
// place in x, the first of equals. MODE is one of the constants below it.
// x is [outer][count][inner], reduced along `count`. With TABLE, output o takes the elements first[o] + pattern[k] instead.
// requires: lib/grid
// One workgroup: one output of LANES neighbouring quads; one invocation: every MEMBERS-th of its elements, of one quad. Sums are made in runs of 64.
#constant MODE 0
#constant SUM 0
#constant MAX 1
#constant MIN 2
#constant TABLE 0
#constant MEMBERS 16
#constant LANES 4

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

var<workgroup> parts: array<vec4f, ${MEMBERS * LANES}>; // [member][quad]
#if MODE != SUM
var<workgroup> elements_of: array<vec4u, ${MEMBERS * LANES}>; // where a part's number is in x
#end

@compute @workgroup_size(${MEMBERS * LANES}, 1, 1)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
#include lib/workgroup/row
#if TABLE
  let start = first[row];
#else
  let start = row / p.inner * p.count * p.inner + row % p.inner;
#end
  let offset = outer * p.elements;
  let index = (outer * p.grid.tiles + row) * lanes + lane;
#if MODE == SUM
  var sum = vec4f(0.0);
  for (var run = member; run < p.count; run += ${64 * MEMBERS}u) {
    var part = vec4f(0.0);
    for (var k = run; k < min(run + ${64 * MEMBERS}u, p.count); k += ${MEMBERS}u) {
#if TABLE
      let element = start + pattern[k];
#else
      let element = start + k * p.inner;
#end
      part += x[(offset + element) * lanes + lane];
    }
    sum += part;
  }
#include lib/workgroup/row_sum
  if (stores && member == 0u) {
    y[index] = sum / p.divisor;
  }
#else
  // A member without elements takes the last one, which another has, too.
#if TABLE
  let own_first = start + pattern[min(member, p.count - 1u)];
#else
  let own_first = start + min(member, p.count - 1u) * p.inner;
#end
  var best = x[(offset + own_first) * lanes + lane];
  var found_at = vec4u(own_first);
  for (var k = member + ${MEMBERS}u; k < p.count; k += ${MEMBERS}u) {
#if TABLE
    let element = start + pattern[k];
#else
    let element = start + k * p.inner;
#end
    let value = x[(offset + element) * lanes + lane];
#if MODE == MAX
    let better = value > best;
#else
    let better = value < best;
#end
    best = select(best, value, better);
    found_at = select(found_at, vec4u(element), better);
  }
  parts[local] = best;
  elements_of[local] = found_at;
  workgroupBarrier();
  for (var half = ${MEMBERS / 2}u; half > 0u; half /= 2u) {
    if (member < half) {
      let other = local + half * ${LANES}u;
#if MODE == MAX
      let better = parts[other] > parts[local];
#else
      let better = parts[other] < parts[local];
#end
      let earlier = (parts[other] == parts[local]) & (elements_of[other] < elements_of[local]);
      elements_of[local] = select(elements_of[local], elements_of[other], better | earlier);
      parts[local] = select(parts[local], parts[other], better);
    }
    workgroupBarrier();
  }
  if (stores && member == 0u) {
    found[index] = elements_of[own];
    y[index] = parts[own];
  }
#end
}
