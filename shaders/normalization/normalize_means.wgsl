// Normalisation, backward, first half: the means of g and of g h over every group, with g = scale dy and h = (x - m) / sqrt(v + epsilon).
// requires: lib/normalization/groups
// One invocation: one group of four samples. Sums are made in runs of 64, so that a long group keeps its digits.

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

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let at = place(p.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let offset = at.block * p.grid.tiles * p.length;
  let start = group_start(at.tile, p.length, p.inner);
  let index = (at.block * p.grid.tiles + at.tile) * 2u * p.grid.lanes + at.lane;
  let mean = statistics[index];
  let slope = statistics[index + p.grid.lanes];
  var sum = vec4f(0.0);
  var along = vec4f(0.0);
  for (var run = 0u; run < p.length; run += 64u) {
    var part = vec4f(0.0);
    var part_along = vec4f(0.0);
    for (var k = run; k < min(run + 64u, p.length); k++) {
      let e = start + k * p.inner;
      let at_element = (offset + e) * p.grid.lanes + at.lane;
      let g = scale[e / p.scale_inner % p.scale_period] * dy[at_element];
      part += g;
      part_along += g * (x[at_element] - mean);
    }
    sum += part;
    along += part_along;
  }
  means[index] = sum / f32(p.length);
  means[index + p.grid.lanes] = along * slope / f32(p.length);
}
