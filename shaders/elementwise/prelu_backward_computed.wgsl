// PRelu with a slope computed from the image, backward: dx = dy where x > 0, else s dy.
// x has `rank` axes of sizes `shape`. `strides_slope` are the strides of the slope along them, 0 where the slope is stretched.
// requires: lib/grid
// requires: lib/index
// One invocation: one element of four samples.

struct Parameters {
  grid: Grid,
  rank: u32,
  elements_slope: u32,
  shape_low: vec4u,
  shape_high: vec4u,
  strides_slope_low: vec4u,
  strides_slope_high: vec4u,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][elements][lane]
@group(0) @binding(2) var<storage, read> slope: array<vec4f>; // [block][elements_slope][lane]
@group(0) @binding(3) var<storage, read> dy: array<vec4f>; // like x
@group(0) @binding(4) var<storage, read_write> dx: array<vec4f>; // like x

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let p = parameters;
  let of_slope = address(at.tile, p.rank, p.shape_low, p.shape_high, p.strides_slope_low, p.strides_slope_high);
  let s = slope[(at.block * p.elements_slope + of_slope) * p.grid.lanes + at.lane];
  let cotangent = dy[at.linear];
  var value = select(s * cotangent, cotangent, x[at.linear] > vec4f(0.0));
  if (parameters.grid.accumulate != 0u) {
    value += dx[at.linear];
  }
  dx[at.linear] = value;
}
