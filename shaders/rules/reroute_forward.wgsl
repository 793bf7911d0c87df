// Reroute, forward: out = y.
// requires: lib/grid
// One invocation: one element of four samples.

struct Parameters {
  grid: Grid,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> y: array<vec4f>; // [block][elements][lane]
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>; // like y

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
  out[at.linear] = y[at.linear];
}
