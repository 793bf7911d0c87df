// Pad, forward: y[i] = x[i - begin] where that lies in x, else the padding value.
// `to` are the sizes of y, `source` those of x, `begin` the elements put before x; negative ones (modulo 2^32) crop.
// requires: lib/grid
// requires: lib/shift
// One invocation: one element of y of four samples.

struct Parameters {
  grid: Grid,
  rank: u32,
  value: f32,
  elements_x: u32,
  to_low: vec4u,
  to_high: vec4u,
  source_low: vec4u,
  source_high: vec4u,
  begin_low: vec4u,
  begin_high: vec4u,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][elements_x][lane]
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>; // [block][tiles][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let p = parameters;
  let source = shifted(at.tile, p.rank, p.to_low, p.to_high, p.source_low, p.source_high, p.begin_low, p.begin_high);
  if (source == OUTSIDE) {
    y[at.linear] = vec4f(p.value);
  } else {
    y[at.linear] = x[(at.block * p.elements_x + source) * p.grid.lanes + at.lane];
  }
}
