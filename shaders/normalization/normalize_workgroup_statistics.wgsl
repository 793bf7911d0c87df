// Normalisation, statistics, as normalize_statistics.wgsl computes them, for long groups: the mean m of every group of x, and
// 1 / sqrt(v + epsilon), where v is the mean of (x - m)^2. The mean is computed from the differences to the first element.
// requires: lib/normalization/groups
// One workgroup: one group of LANES neighbouring quads; one invocation: every MEMBERS-th element of it, of one quad, in runs of 64.
#constant MEMBERS 16
#constant LANES 4

struct Parameters {
  grid: Grid,
  length: u32,
  inner: u32,
  epsilon: f32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][groups * length][lane]
@group(0) @binding(2) var<storage, read_write> statistics: array<vec4f>; // [block][groups][2][lane]

var<workgroup> parts: array<vec4f, ${MEMBERS * LANES}>; // [member][quad]

@compute @workgroup_size(${MEMBERS * LANES}, 1, 1)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
#include lib/workgroup/row
  let start = (outer * p.grid.tiles * p.length + group_start(row, p.length, p.inner)) * lanes + lane;
  let step = p.inner * lanes;
  let origin = x[start];
  var sum = vec4f(0.0);
  for (var run = member; run < p.length; run += ${64 * MEMBERS}u) {
    var part = vec4f(0.0);
    for (var k = run; k < min(run + ${64 * MEMBERS}u, p.length); k += ${MEMBERS}u) {
      part += x[start + k * step] - origin;
    }
    sum += part;
  }
#include lib/workgroup/row_sum
  let mean = origin + sum / f32(p.length);
  workgroupBarrier();
  sum = vec4f(0.0);
  for (var run = member; run < p.length; run += ${64 * MEMBERS}u) {
    var part = vec4f(0.0);
    for (var k = run; k < min(run + ${64 * MEMBERS}u, p.length); k += ${MEMBERS}u) {
      let difference = x[start + k * step] - mean;
      part += difference * difference;
    }
    sum += part;
  }
#include lib/workgroup/row_sum
  if (!stores || member > 0u) {
    return;
  }
  let index = (outer * p.grid.tiles + row) * 2u * lanes + lane;
  statistics[index] = mean;
  statistics[index + lanes] = 1.0 / sqrt(sum / f32(p.length) + p.epsilon);
}
