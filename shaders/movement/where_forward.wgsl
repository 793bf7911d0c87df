// Where, forward: y = a where the condition is not 0, else b, all broadcast to the shape of y.
// requires: lib/grid
// requires: lib/index
// y has `rank` axes of sizes `shape`. The strides are those of the operands along them, 0 where an operand is stretched.
// One invocation: one element of y of four samples.

struct Parameters {
  grid: Grid,
  rank: u32,
  elements_condition: u32,
  elements_a: u32,
  elements_b: u32,
  shape_low: vec4u,
  shape_high: vec4u,
  strides_condition_low: vec4u,
  strides_condition_high: vec4u,
  strides_a_low: vec4u,
  strides_a_high: vec4u,
  strides_b_low: vec4u,
  strides_b_high: vec4u,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> condition: array<vec4f>; // [block][elements_condition][lane]
@group(0) @binding(2) var<storage, read> a: array<vec4f>; // [block][elements_a][lane]
@group(0) @binding(3) var<storage, read> b: array<vec4f>; // [block][elements_b][lane]
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>; // [block][tiles][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let p = parameters;
  let of_condition = address(at.tile, p.rank, p.shape_low, p.shape_high, p.strides_condition_low, p.strides_condition_high);
  let of_a = address(at.tile, p.rank, p.shape_low, p.shape_high, p.strides_a_low, p.strides_a_high);
  let of_b = address(at.tile, p.rank, p.shape_low, p.shape_high, p.strides_b_low, p.strides_b_high);
  let holds = condition[(at.block * p.elements_condition + of_condition) * p.grid.lanes + at.lane];
  let left = a[(at.block * p.elements_a + of_a) * p.grid.lanes + at.lane];
  let right = b[(at.block * p.elements_b + of_b) * p.grid.lanes + at.lane];
  y[at.linear] = select(right, left, holds != vec4f(0.0));
}
