// Normalisation, backward: dx = (g - mean(g) - h mean(g h)) / sqrt(v + epsilon) with g = scale dy and h = (x - m) / sqrt(v + epsilon).
// requires: lib/normalization/groups
// One invocation: a run of elements of one group, of four samples.
#constant ELEMENTS_PER_RUN 1

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
@group(0) @binding(4) var<storage, read> means: array<vec4f>; // [block][groups][2][lane]: of g and of g h
@group(0) @binding(5) var<storage, read> dy: array<vec4f>; // like x
@group(0) @binding(6) var<storage, read_write> dx: array<vec4f>; // like x

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
  let mean_of_g = means[index];
  let mean_along = means[index + p.grid.lanes];
  for (var k = first; k < min(first + ${ELEMENTS_PER_RUN}u, p.length); k++) {
    let e = start + k * p.inner;
    let at_element = (offset + e) * p.grid.lanes + at.lane;
    let g = scale[e / p.scale_inner % p.scale_period] * dy[at_element];
    var value = slope * (g - mean_of_g - (x[at_element] - mean) * slope * mean_along);
    if (p.grid.accumulate != 0u) {
      value += dx[at_element];
    }
    dx[at_element] = value;
  }
}
