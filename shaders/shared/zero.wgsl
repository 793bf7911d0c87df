// x = 0: the cotangent of a value that no gradient reaches.
// requires: lib/grid
// One invocation: one element of four samples.

struct Parameters { grid: Grid }

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read_write> x: array<vec4f>; // [block][elements][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
  x[at.linear] = vec4f(0.0);
}
