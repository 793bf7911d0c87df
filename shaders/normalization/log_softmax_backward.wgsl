// LogSoftmax, backward: dx = dy - exp(y) * sum(dy), with sums over the axis.
// requires: lib/normalization/softmax
// One invocation: all elements along the axis, at one place of the others, of four samples.

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> y: array<vec4f>; // [block][outer][length][inner][lane]
@group(0) @binding(2) var<storage, read> dy: array<vec4f>; // like y
@group(0) @binding(3) var<storage, read_write> dx: array<vec4f>; // like y

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let at = place(p.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let start = axis_start(at);
  let step = p.inner * p.grid.lanes;
  var sum = vec4f(0.0);
  for (var k = 0u; k < p.length; k++) {
    sum += dy[start + k * step];
  }
  for (var k = 0u; k < p.length; k++) {
    let index = start + k * step;
    let value = dy[index] - exp(y[index]) * sum;
    dx[index] = value + select(vec4f(0.0), dx[index], p.grid.accumulate != 0u);
  }
}
