// Reductions over axes, backward: dx[i] = dy[o] / divisor, where o is the output into which element i goes. With ARG it is dy[o] where
// found[o] is i, else 0.
// x is [outer][count][inner], reduced along `count`. With TABLE, o is target_of[i] instead.
// requires: lib/grid
// One invocation: one element of x of four samples.
#constant ARG 0
#constant TABLE 0

struct Parameters {
  grid: Grid,
  outputs: u32, // for one sample
#if !TABLE
  count: u32, // elements that go into each output
  inner: u32,
#end
#if !ARG
  divisor: f32,
#end
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
#if ARG
@group(0) @binding(1) var<storage, read> found: array<vec4u>; // [block][outputs][lane]
#end
@group(0) @binding(${1 + ARG}) var<storage, read> dy: array<vec4f>; // [block][outputs][lane]
#if TABLE
@group(0) @binding(${2 + ARG}) var<storage, read> target_of: array<u32>; // [tiles]
#end
@group(0) @binding(${2 + ARG + TABLE}) var<storage, read_write> dx: array<vec4f>; // [block][tiles][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let at = place(p.grid, id, groups);
  if (!at.inside) {
    return;
  }
#if TABLE
  let output = target_of[at.tile];
#else
  let output = at.tile / (p.count * p.inner) * p.inner + at.tile % p.inner;
#end
  let source = (at.block * p.outputs + output) * p.grid.lanes + at.lane;
#if ARG
  var value = select(vec4f(0.0), dy[source], found[source] == vec4u(at.tile));
#else
  var value = dy[source] / p.divisor;
#end
  if (p.grid.accumulate != 0u) {
    value += dx[at.linear];
  }
  dx[at.linear] = value;
}
