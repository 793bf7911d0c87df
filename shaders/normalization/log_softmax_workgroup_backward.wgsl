// LogSoftmax, backward, as log_softmax_backward.wgsl computes it, for long rows: dx = dy - exp(y) * sum(dy), with sums over the axis.
// requires: lib/normalization/softmax
// One workgroup: one place of the other axes, of LANES neighbouring quads; one invocation: every MEMBERS-th element along the axis, of one quad.
#constant MEMBERS 16
#constant LANES 4

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> y: array<vec4f>; // [block][outer][length][inner][lane]
@group(0) @binding(2) var<storage, read> dy: array<vec4f>; // like y
@group(0) @binding(3) var<storage, read_write> dx: array<vec4f>; // like y

var<workgroup> parts: array<vec4f, ${MEMBERS * LANES}>; // [member][quad]

@compute @workgroup_size(${MEMBERS * LANES}, 1, 1)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
#include lib/workgroup/row
  let start = axis_start(Place(0u, lane, row, outer, true));
  let step = p.inner * lanes;
  var sum = vec4f(0.0);
  for (var k = member; k < p.length; k += ${MEMBERS}u) {
    sum += dy[start + k * step];
  }
#include lib/workgroup/row_sum
  if (!stores) {
    return;
  }
  for (var k = member; k < p.length; k += ${MEMBERS}u) {
    let index = start + k * step;
    let value = dy[index] - exp(y[index]) * sum;
    dx[index] = value + select(vec4f(0.0), dx[index], p.grid.accumulate != 0u);
  }
}
