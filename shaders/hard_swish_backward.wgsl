// HardSwish, backward: dx = 0 where x <= -3, dy where x >= 3, else (x / 3 + 1/2) dy.
// requires: lib/grid
// One invocation: one element of four samples.

struct Parameters {
  grid: Grid,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][elements][lane]
@group(0) @binding(2) var<storage, read> dy: array<vec4f>; // like x
@group(0) @binding(3) var<storage, read_write> dx: array<vec4f>; // like x

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let v = x[at.linear];
  let inner = select(v / 3.0 + 0.5, vec4f(0.0), v <= vec4f(-3.0));
  var value = select(inner, vec4f(1.0), v >= vec4f(3.0)) * dy[at.linear];
  if (parameters.grid.accumulate != 0u) {
    value += dx[at.linear];
  }
  dx[at.linear] = value;
}
