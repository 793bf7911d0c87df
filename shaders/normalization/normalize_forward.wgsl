// Normalisation, forward: y = scale (x - m) / sqrt(v + epsilon) + bias, from the statistics of x's group.
// requires: lib/normalization/groups
// One invocation: a run of elements of one group, of four samples.
#constant ELEMENTS_PER_RUN 1

struct Parameters {
  grid: Grid,
  length: u32,
  inner: u32,
  scale_inner: u32,
  scale_period: u32,
  bias_inner: u32,
  bias_period: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][groups * length][lane]
@group(0) @binding(2) var<storage, read> scale: array<f32>; // [scale_period], element e takes scale[(e / scale_inner) % scale_period]
@group(0) @binding(3) var<storage, read> bias: array<f32>; // [bias_period], likewise
@group(0) @binding(4) var<storage, read> statistics: array<vec4f>; // [block][groups][2][lane]
@group(0) @binding(5) var<storage, read_write> y: array<vec4f>; // like x

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let at = place(p.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let runs = (p.length + ${ELEMENTS_PER_RUN - 1}u) / ${ELEMENTS_PER_RUN}u;
  let group = at.tile / runs;
  let first = at.tile % runs * ${ELEMENTS_PER_RUN}u;
  let all = p.grid.tiles / runs;
  let offset = at.block * all * p.length;
  let start = group_start(group, p.length, p.inner);
  let index = (at.block * all + group) * 2u * p.grid.lanes + at.lane;
  let mean = statistics[index];
  let slope = statistics[index + p.grid.lanes];
  for (var k = first; k < min(first + ${ELEMENTS_PER_RUN}u, p.length); k++) {
    let e = start + k * p.inner;
    let at_element = (offset + e) * p.grid.lanes + at.lane;
    let factor = scale[e / p.scale_inner % p.scale_period];
    y[at_element] = factor * ((x[at_element] - mean) * slope) + bias[e / p.bias_inner % p.bias_period];
  }
}
