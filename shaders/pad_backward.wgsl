// Pad, backward: dx[i] = dy[i + begin] where that lies in y (was not cropped), else 0.
// `to` are the sizes of x, `source` those of y, `begin` the negated begins of the forward, modulo 2^32.
// requires: lib/grid
// requires: lib/shift
// One invocation: one element of dx of four samples.

struct Parameters {
  grid: Grid,
  rank: u32,
  elements_y: u32,
  to_low: vec4u,
  to_high: vec4u,
  source_low: vec4u,
  source_high: vec4u,
  begin_low: vec4u,
  begin_high: vec4u,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>; // [block][elements_y][lane]
@group(0) @binding(2) var<storage, read_write> dx: array<vec4f>; // [block][tiles][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let p = parameters;
  let source = shifted(at.tile, p.rank, p.to_low, p.to_high, p.source_low, p.source_high, p.begin_low, p.begin_high);
  var value = vec4f(0.0);
  if (source != OUTSIDE) {
    value = dy[(at.block * p.elements_y + source) * p.grid.lanes + at.lane];
  }
  if (parameters.grid.accumulate != 0u) {
    value += dx[at.linear];
  }
  dx[at.linear] = value;
}
