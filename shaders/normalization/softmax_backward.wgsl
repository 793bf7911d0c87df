// Softmax, backward: dx = y * (dy - sum(dy * y)), with sums over the axis.
// Both dy and the sum are taken relative to the dy of the largest y so far. Where one y is nearly 1, its dy - sum would cancel otherwise.
// LogSoftmax, backward, where LOG is 1: dx = dy - exp(y) * sum(dy).
// requires: lib/normalization/softmax
// One invocation: all elements along the axis, at one place of the others, of four samples.
#constant LOG 0

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
#if LOG
  var sum = vec4f(0.0);
  for (var k = 0u; k < p.length; k++) {
    sum += dy[start + k * step];
  }
#else
  var largest = y[start];
  var origin = dy[start];
  var total = largest;
  var sum = vec4f(0.0);
  for (var k = 1u; k < p.length; k++) {
    let part = y[start + k * step];
    let cotangent = dy[start + k * step];
    let next = select(origin, cotangent, part > largest);
    sum += (origin - next) * total + (cotangent - next) * part;
    total += part;
    origin = next;
    largest = max(largest, part);
  }
#end
  for (var k = 0u; k < p.length; k++) {
    let index = start + k * step;
#if LOG
    let value = dy[index] - exp(y[index]) * sum;
#else
    let value = y[index] * (dy[index] - origin - sum);
#end
    dx[index] = value + select(vec4f(0.0), dx[index], p.grid.accumulate != 0u);
  }
}
