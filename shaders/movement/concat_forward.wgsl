// Concat, forward, for one input: y[row][offset + i] = x[row][i].
// From the axis inwards, a tensor is rows of (axis size * elements inside the axis) elements: `row_x` of x, `row_y` of y. x starts at
// `offset` in a row of y.
// requires: lib/grid
// One invocation: one element of x of QUADS neighbouring quads.
#constant QUADS 1

struct Parameters {
  grid: Grid,
  offset: u32,
  row_x: u32,
  row_y: u32,
  elements_y: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][tiles][lane]
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>; // [block][elements_y][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
#include lib/place_quads
  if (!at.inside) {
    return;
  }
  let of_y = (at.tile / p.row_x) * p.row_y + p.offset + at.tile % p.row_x;
  let address = (at.block * p.elements_y + of_y) * p.grid.lanes + at.lane * ${QUADS}u;
#for q in 0..QUADS
  y[address + ${q}u] = x[at.linear * ${QUADS}u + ${q}u];
#end
}
