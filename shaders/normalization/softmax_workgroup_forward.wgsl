// Softmax and LogSoftmax, forward, as softmax_forward.wgsl computes them, for long rows: y = exp(x - max) / sum(exp(x - max)) over one axis, or with LOG
// its logarithm, y = x - max - log(sum(exp(x - max))).
// requires: lib/normalization/softmax
// requires: lib/math/power
// One workgroup: one place of the other axes, of LANES neighbouring quads; one invocation: every MEMBERS-th element along the axis, of one quad.
#constant LOG 0
#constant MEMBERS 16
#constant LANES 4

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][outer][length][inner][lane]
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>; // like x

var<workgroup> parts: array<vec4f, ${MEMBERS * LANES}>; // [member][quad]

@compute @workgroup_size(${MEMBERS * LANES}, 1, 1)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
#include lib/workgroup/row
  let start = axis_start(Place(0u, lane, row, outer, true));
  let step = p.inner * lanes;
  var largest = x[start + min(member, p.length - 1u) * step];
  for (var k = member + ${MEMBERS}u; k < p.length; k += ${MEMBERS}u) {
    largest = max(largest, x[start + k * step]);
  }
  parts[local] = largest;
  workgroupBarrier();
  for (var half = ${MEMBERS / 2}u; half > 0u; half /= 2u) {
    if (member < half) {
      parts[local] = max(parts[local], parts[local + half * ${LANES}u]);
    }
    workgroupBarrier();
  }
  largest = parts[own];
  workgroupBarrier();
  var sum = vec4f(0.0);
  for (var k = member; k < p.length; k += ${MEMBERS}u) {
    sum += exp(x[start + k * step] - largest);
  }
#include lib/workgroup/row_sum
  if (!stores) {
    return;
  }
#if LOG
  let log_of_sum = logarithm(sum);
#end
  for (var k = member; k < p.length; k += ${MEMBERS}u) {
    let index = start + k * step;
#if LOG
    y[index] = x[index] - largest - log_of_sum;
#else
    y[index] = exp(x[index] - largest) / sum;
#end
  }
}
