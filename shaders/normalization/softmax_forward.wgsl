// Softmax, forward: y = exp(x - max) / sum(exp(x - max)) over one axis. Subtracting max first keeps exp from overflowing.
// requires: lib/normalization/softmax
// One invocation: all elements along the axis, at one place of the others, of four samples.

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][outer][length][inner][lane]
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>; // like x

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let at = place(p.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let start = axis_start(at);
  let step = p.inner * p.grid.lanes;
  var largest = x[start];
  for (var k = 1u; k < p.length; k++) {
    largest = max(largest, x[start + k * step]);
  }
  var sum = vec4f(0.0);
  for (var k = 0u; k < p.length; k++) {
    sum += exp(x[start + k * step] - largest);
  }
  for (var k = 0u; k < p.length; k++) {
    let index = start + k * step;
    y[index] = exp(x[index] - largest) / sum;
  }
}
