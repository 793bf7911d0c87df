// Normalisation, statistics: the mean m of every group of x, and 1 / sqrt(v + epsilon), where v is the mean of (x - m)^2.
// Far from 0 the sum of x loses the digits in which its elements differ, and E[x^2] - m^2 cancels. So the mean is computed from the
// differences to the first element, and the variance from the differences to the mean.
// requires: lib/normalization/groups
// One invocation: one group of four samples. It goes twice over the group. Sums are made in runs of 64, so that a long group keeps its
// digits.

struct Parameters {
  grid: Grid,
  length: u32,
  inner: u32,
  epsilon: f32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][groups * length][lane]
@group(0) @binding(2) var<storage, read_write> statistics: array<vec4f>; // [block][groups][2][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let at = place(p.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let start = at.block * p.grid.tiles * p.length + group_start(at.tile, p.length, p.inner);
  let origin = x[start * p.grid.lanes + at.lane];
  var sum = vec4f(0.0);
  for (var run = 0u; run < p.length; run += 64u) {
    var part = vec4f(0.0);
    for (var k = run; k < min(run + 64u, p.length); k++) {
      part += x[(start + k * p.inner) * p.grid.lanes + at.lane] - origin;
    }
    sum += part;
  }
  let mean = origin + sum / f32(p.length);
  var squares = vec4f(0.0);
  for (var run = 0u; run < p.length; run += 64u) {
    var part = vec4f(0.0);
    for (var k = run; k < min(run + 64u, p.length); k++) {
      let difference = x[(start + k * p.inner) * p.grid.lanes + at.lane] - mean;
      part += difference * difference;
    }
    squares += part;
  }
  let index = (at.block * p.grid.tiles + at.tile) * 2u * p.grid.lanes + at.lane;
  statistics[index] = mean;
  statistics[index + p.grid.lanes] = 1.0 / sqrt(squares / f32(p.length) + p.epsilon);
}
