// Softmax and LogSoftmax, backward, as softmax_backward.wgsl computes them, for long rows: dx = y * (dy - sum(dy * y)), with sums over the axis, or with
// LOG dx = dy - exp(y) * sum(dy). Of Softmax, both dy and the sum are taken relative to the dy of the largest y. Where one y is nearly 1, its dy - sum would cancel otherwise.
// requires: lib/normalization/softmax
// One workgroup: one place of the other axes, of LANES neighbouring quads; one invocation: every MEMBERS-th element along the axis, of one quad.
#constant LOG 0
#constant MEMBERS 16
#constant LANES 4

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> y: array<vec4f>; // [block][outer][length][inner][lane]
@group(0) @binding(2) var<storage, read> dy: array<vec4f>; // like y
@group(0) @binding(3) var<storage, read_write> dx: array<vec4f>; // like y

var<workgroup> parts: array<vec4f, ${MEMBERS * LANES}>; // [member][quad]
#if !LOG
var<workgroup> origins: array<vec4f, ${MEMBERS * LANES}>; // the dy of the largest y of a part
#end

@compute @workgroup_size(${MEMBERS * LANES}, 1, 1)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
#include lib/workgroup/row
  let start = axis_start(Place(0u, lane, row, outer, true));
  let step = p.inner * lanes;
#if !LOG
  let first = start + min(member, p.length - 1u) * step;
  var largest = y[first];
  var origin = dy[first];
  for (var k = member + ${MEMBERS}u; k < p.length; k += ${MEMBERS}u) {
    let part = y[start + k * step];
    origin = select(origin, dy[start + k * step], part > largest);
    largest = max(largest, part);
  }
  parts[local] = largest;
  origins[local] = origin;
  workgroupBarrier();
  for (var half = ${MEMBERS / 2}u; half > 0u; half /= 2u) {
    if (member < half) {
      let other = local + half * ${LANES}u;
      origins[local] = select(origins[local], origins[other], parts[other] > parts[local]);
      parts[local] = max(parts[local], parts[other]);
    }
    workgroupBarrier();
  }
  origin = origins[own];
  workgroupBarrier();
#end
  var sum = vec4f(0.0);
  for (var k = member; k < p.length; k += ${MEMBERS}u) {
#if LOG
    sum += dy[start + k * step];
#else
    sum += (dy[start + k * step] - origin) * y[start + k * step];
#end
  }
#include lib/workgroup/row_sum
  if (!stores) {
    return;
  }
  for (var k = member; k < p.length; k += ${MEMBERS}u) {
    let index = start + k * step;
#if LOG
    let value = dy[index] - exp(y[index]) * sum;
#else
    let value = y[index] * (dy[index] - origin - sum);
#end
    dx[index] = value + select(vec4f(0.0), dx[index], p.grid.accumulate != 0u);
  }
}
