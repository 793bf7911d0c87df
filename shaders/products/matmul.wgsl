// MatMul: z[t] = sum over the terms of t of left * right, a batch of matrix products of two values. A term is a pair of matrices. Forward
// there is one term. Backward, a matrix that was stretched over the batch has a term for every product in which it was:
// da = dy * transpose(b), db = transpose(a) * dy. A factor is transposed by exchanging its strides.
// requires: lib/grid
// One invocation: ROWS rows x COLUMNS columns of a matrix x 4 samples. Rows and columns past the end read the last one, and are not
// written. The loop's body has UNROLL steps along the summed axis. Steps past the end multiply 0 by 0, since 0 times infinity is not 0.
// src/ops/products/matmul.ts chooses these, with measurements.
#constant ROWS 8
#constant COLUMNS 4
#constant UNROLL 4

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
  let row_tiles = (p.rows + ${ROWS - 1}u) / ${ROWS}u;
  let column_tiles = (p.columns + ${COLUMNS - 1}u) / ${COLUMNS}u;
  let column = at.tile % column_tiles * ${COLUMNS}u;
  let row = at.tile / column_tiles % row_tiles * ${ROWS}u;
  let matrix = at.tile / (column_tiles * row_tiles);
  let matrices = p.grid.tiles / (column_tiles * row_tiles);

#for r in 0..ROWS
  let left_of$r = min(row + ${r}u, p.rows - 1u) * p.left_row * lanes + at.lane;
#for c in 0..COLUMNS
  var z${r}_$c = vec4f(0.0);
#end
#end
#for c in 0..COLUMNS
  let right_of$c = min(column + ${c}u, p.columns - 1u) * p.right_column * lanes + at.lane;
#end
  for (var term = 0u; term < p.terms; term++) {
    let pair = pairs[matrix * p.terms + term];
    let from_left = (at.block * p.left_elements + pair.x * p.left_matrix) * lanes;
    let from_right = (at.block * p.right_elements + pair.y * p.right_matrix) * lanes;
    for (var k = 0u; k < p.depth; k += ${UNROLL}u) {
#for u in 0..UNROLL
#if u == 0
      let step0 = k;
#else
      let step$u = min(k + ${u}u, p.depth - 1u);
      let within$u = k + ${u}u < p.depth;
#end
      let left_at$u = from_left + step$u * p.left_depth * lanes;
      let right_at$u = from_right + step$u * p.right_depth * lanes;
#for r in 0..ROWS
#if u == 0
      let left${u}_$r = left[left_at$u + left_of$r];
#else
      let left${u}_$r = select(vec4f(0.0), left[left_at$u + left_of$r], within$u);
#end
#end
#for c in 0..COLUMNS
#if u == 0
      let right${u}_$c = right[right_at$u + right_of$c];
#else
      let right${u}_$c = select(vec4f(0.0), right[right_at$u + right_of$c], within$u);
#end
#end
#end
#for r in 0..ROWS
#for c in 0..COLUMNS
      let s${r}_${c}_0 = z${r}_$c;
#for u in 0..UNROLL
      let s${r}_${c}_${u + 1} = fma(left${u}_$r, right${u}_$c, s${r}_${c}_$u);
#end
      z${r}_$c = s${r}_${c}_$UNROLL;
#end
#end
    }
  }

#for r in 0..ROWS
  if (row + ${r}u < p.rows) {
    let start = (((at.block * matrices + matrix) * p.rows + row + ${r}u) * p.columns + column) * lanes + at.lane;
#for c in 0..COLUMNS
    if (column + ${c}u < p.columns) {
      store(start + lanes * ${c}u, z${r}_$c);
    }
#end
  }
#end
}

fn store(index: u32, value: vec4f) {
  z[index] = value + select(vec4f(0.0), z[index], parameters.grid.accumulate != 0u);
}
