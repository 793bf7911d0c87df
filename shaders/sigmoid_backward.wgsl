// Sigmoid, backward: dx = s(x) s(-x) dy. From x, since float32 has lost 1 - s(x) where s(x) is near 1.
// requires: lib/grid
// requires: lib/sigmoid
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
  var value = sigmoid(v) * sigmoid(-v) * dy[at.linear];
  if (parameters.grid.accumulate != 0u) {
    value += dx[at.linear];
  }
  dx[at.linear] = value;
}
