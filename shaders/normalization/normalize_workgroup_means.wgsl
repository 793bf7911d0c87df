// Normalisation, backward, first half, as normalize_means.wgsl computes it, for long groups: the means of g and of g h over every group, with
// g = scale dy and h = (x - m) / sqrt(v + epsilon).
// requires: lib/normalization/groups
// One workgroup: one group of LANES neighbouring quads; one invocation: every MEMBERS-th element of it, of one quad, in runs of 64.
#constant MEMBERS 16
#constant LANES 4

struct Parameters {
  grid: Grid,
  length: u32,
  inner: u32,
  scale_inner: u32,
  scale_period: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][groups * length][lane]
@group(0) @binding(2) var<storage, read> scale: array<f32>; // [scale_period], element e takes scale[(e / scale_inner) % scale_period]
@group(0) @binding(3) var<storage, read> statistics: array<vec4f>; // [block][groups][2][lane]
@group(0) @binding(4) var<storage, read> dy: array<vec4f>; // like x
@group(0) @binding(5) var<storage, read_write> means: array<vec4f>; // like statistics

var<workgroup> parts: array<vec4f, ${MEMBERS * LANES}>; // [member][quad]
var<workgroup> parts_along: array<vec4f, ${MEMBERS * LANES}>; // likewise, of g (x - m)

@compute @workgroup_size(${MEMBERS * LANES}, 1, 1)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
#include lib/workgroup/row
  let first = group_start(row, p.length, p.inner);
  let start = (outer * p.grid.tiles * p.length + first) * lanes + lane;
  let step = p.inner * lanes;
  let index = (outer * p.grid.tiles + row) * 2u * lanes + lane;
  let mean = statistics[index];
  var sum = vec4f(0.0);
  var along = vec4f(0.0);
  for (var run = member; run < p.length; run += ${64 * MEMBERS}u) {
    var part = vec4f(0.0);
    var part_along = vec4f(0.0);
    for (var k = run; k < min(run + ${64 * MEMBERS}u, p.length); k += ${MEMBERS}u) {
      let g = scale[(first + k * p.inner) / p.scale_inner % p.scale_period] * dy[start + k * step];
      part += g;
      part_along += g * (x[start + k * step] - mean);
    }
    sum += part;
    along += part_along;
  }
  parts_along[local] = along;
  parts[local] = sum;
  workgroupBarrier();
  for (var half = ${MEMBERS / 2}u; half > 0u; half /= 2u) {
    if (member < half) {
      parts_along[local] += parts_along[local + half * ${LANES}u];
      parts[local] += parts[local + half * ${LANES}u];
    }
    workgroupBarrier();
  }
  if (!stores || member > 0u) {
    return;
  }
  means[index] = parts[own] / f32(p.length);
  means[index + lanes] = parts_along[own] * statistics[index + lanes] / f32(p.length);
}
