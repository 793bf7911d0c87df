// ReduceMean, forward: y[o] = sum over k of x[first[o] + pattern[k]], divided by their number.
// requires: lib/grid
// One invocation: one mean of four samples, summed in runs of 64, so that the rounding errors of a whole image's plane stay small.

struct Parameters {
  grid: Grid,
  elements: u32, // of x, a sample
  count: u32, // elements that go into each mean
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][elements][lane]
@group(0) @binding(2) var<storage, read> first: array<u32>; // [tiles]
@group(0) @binding(3) var<storage, read> pattern: array<u32>; // [count]
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>; // [block][tiles][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let start = at.block * parameters.elements + first[at.tile];
  var sum = vec4f(0.0);
  for (var run = 0u; run < parameters.count; run += 64u) {
    var part = vec4f(0.0);
    for (var k = run; k < min(run + 64u, parameters.count); k++) {
      part += x[(start + pattern[k]) * parameters.grid.lanes + at.lane];
    }
    sum += part;
  }
  y[at.linear] = sum / f32(parameters.count);
}
