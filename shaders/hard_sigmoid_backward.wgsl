// HardSigmoid, backward: dx = alpha dy where 0 < alpha x + beta < 1, else 0.
// requires: lib/grid
// One invocation: one element of four samples.

struct Parameters {
  grid: Grid,
  alpha: f32,
  beta: f32,
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
  let v = parameters.alpha * x[at.linear] + parameters.beta;
  var value = select(vec4f(0.0), parameters.alpha * dy[at.linear], (v > vec4f(0.0)) & (v < vec4f(1.0)));
  if (parameters.grid.accumulate != 0u) {
    value += dx[at.linear];
  }
  dx[at.linear] = value;
}
