// Softmax, forward: y = exp(x - max) / sum(exp(x - max)) over one axis. Subtracting max first keeps exp from overflowing.
// LogSoftmax, forward, where LOG is 1: y = x - max - log(sum(exp(x - max))). Where one element leads, the sum is near 1. There the built-in log has
// lost the digits of a result near 0.
// requires: lib/normalization/softmax
// requires: lib/math/power
// One invocation: all elements along the axis, at one place of the others, of four samples.
#constant LOG 0

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
#if LOG
  let log_of_sum = logarithm(sum);
#end
  for (var k = 0u; k < p.length; k++) {
    let index = start + k * step;
#if LOG
    y[index] = x[index] - largest - log_of_sum;
#else
    y[index] = exp(x[index] - largest) / sum;
#end
  }
}
