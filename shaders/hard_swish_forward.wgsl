// HardSwish, forward: y = x max(0, min(1, x / 6 + 1/2)).
// requires: lib/grid
// One invocation: one element of four samples.

struct Parameters {
  grid: Grid,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][elements][lane]
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>; // like x

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let v = x[at.linear];
  y[at.linear] = v * clamp(v / 6.0 + 0.5, vec4f(0.0), vec4f(1.0));
}
