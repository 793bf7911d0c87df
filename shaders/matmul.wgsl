// MatMul: a batch of matrix products, both factors being values: z[t] = sum over the terms of t of left * right, where a term is a pair of
// matrices. Forward there is one term. Backward a matrix that was stretched over the batch has one for every product it was in:
// da = dy * transpose(b), db = transpose(a) * dy. A transposed factor is one with its strides exchanged.
// requires: lib/grid
// One invocation: 2 rows x 4 columns of a matrix x 4 samples; rows and columns past the end are read from the last and not written.

struct Parameters {
  grid: Grid,
  rows: u32,
  columns: u32,
  depth: u32,
  terms: u32,
  left_elements: u32, // of all left matrices of a sample
  left_matrix: u32, // elements from one left matrix to the next,
  left_row: u32, // from one row to the next,
  left_depth: u32, // and along the summed axis
  right_elements: u32,
  right_matrix: u32,
  right_depth: u32,
  right_column: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> left: array<vec4f>; // [block][left_elements][lane]
@group(0) @binding(2) var<storage, read> right: array<vec4f>; // [block][right_elements][lane]
@group(0) @binding(3) var<storage, read> pairs: array<vec2u>; // [matrices of z][terms]: left matrix, right matrix
@group(0) @binding(4) var<storage, read_write> z: array<vec4f>; // [block][matrices][rows][columns][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let at = place(p.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let lanes = p.grid.lanes;
  let row_tiles = (p.rows + 1u) / 2u;
  let column_tiles = (p.columns + 3u) / 4u;
  let column = at.tile % column_tiles * 4u;
  let row = at.tile / column_tiles % row_tiles * 2u;
  let matrix = at.tile / (column_tiles * row_tiles);
  let matrices = p.grid.tiles / (column_tiles * row_tiles);

  // Pairs of row and column.
  var z00 = vec4f(0.0);
  var z01 = vec4f(0.0);
  var z02 = vec4f(0.0);
  var z03 = vec4f(0.0);
  var z10 = vec4f(0.0);
  var z11 = vec4f(0.0);
  var z12 = vec4f(0.0);
  var z13 = vec4f(0.0);
  for (var term = 0u; term < p.terms; term++) {
    let pair = pairs[matrix * p.terms + term];
    let from_left = at.block * p.left_elements + pair.x * p.left_matrix;
    let from_right = at.block * p.right_elements + pair.y * p.right_matrix;
    var a0 = (from_left + row * p.left_row) * lanes + at.lane;
    var a1 = (from_left + min(row + 1u, p.rows - 1u) * p.left_row) * lanes + at.lane;
    var b0 = (from_right + column * p.right_column) * lanes + at.lane;
    var b1 = (from_right + min(column + 1u, p.columns - 1u) * p.right_column) * lanes + at.lane;
    var b2 = (from_right + min(column + 2u, p.columns - 1u) * p.right_column) * lanes + at.lane;
    var b3 = (from_right + min(column + 3u, p.columns - 1u) * p.right_column) * lanes + at.lane;
    for (var k = 0u; k < p.depth; k++) {
      let left0 = left[a0];
      let left1 = left[a1];
      let right0 = right[b0];
      let right1 = right[b1];
      let right2 = right[b2];
      let right3 = right[b3];
      z00 += left0 * right0;
      z01 += left0 * right1;
      z02 += left0 * right2;
      z03 += left0 * right3;
      z10 += left1 * right0;
      z11 += left1 * right1;
      z12 += left1 * right2;
      z13 += left1 * right3;
      a0 += p.left_depth * lanes;
      a1 += p.left_depth * lanes;
      b0 += p.right_depth * lanes;
      b1 += p.right_depth * lanes;
      b2 += p.right_depth * lanes;
      b3 += p.right_depth * lanes;
    }
  }

  let start = (((at.block * matrices + matrix) * p.rows + row) * p.columns + column) * lanes + at.lane;
  let next = start + p.columns * lanes;
  let count = p.columns - column;
  let second = row + 1u < p.rows;
  store(true, start, z00);
  store(count > 1u, start + lanes, z01);
  store(count > 2u, start + lanes * 2u, z02);
  store(count > 3u, start + lanes * 3u, z03);
  store(second, next, z10);
  store(second && count > 1u, next + lanes, z11);
  store(second && count > 2u, next + lanes * 2u, z12);
  store(second && count > 3u, next + lanes * 3u, z13);
}

fn store(exists: bool, index: u32, value: vec4f) {
  if (exists) {
    z[index] = value + select(vec4f(0.0), z[index], parameters.grid.accumulate != 0u);
  }
}
