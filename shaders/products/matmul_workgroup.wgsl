// MatMul, as shaders/products/matmul.wgsl computes it in registers alone, with tiles in workgroup memory:
//
//   z[t] = sum over the terms of t of left * right
//
// Both factors depend on the sample, so quads have matrices of their own and share none.
// requires: lib/grid
// One workgroup: ROWS x COLUMNS of a matrix of LANES neighbouring quads; one invocation: 4 rows x 4 columns of one quad, 64 sums. A step along the
// depth reads 8 quads from workgroup memory for 64 multiply-adds. Rows and columns past the end read the last one, and are not written. Steps past
// the end multiply 0 by 0, since 0 times infinity is not 0. src/gpu/kernels/workgroup_tiles.ts has the tiles that are tried.
#constant ROWS 32
#constant COLUMNS 32
#constant LANES 2
// Steps of the depth that lie in workgroup memory at a time, and those that the loop's body has.
#constant DEPTH 8
#constant STEPS 2
// Whether neighbouring steps of a factor are neighbours in memory, rather than neighbouring rows or columns.
#constant LEFT_ALONG_DEPTH 1
#constant RIGHT_ALONG_DEPTH 0
// Derived: invocations across the columns and down the rows, those of a workgroup, and what each loads for a round.
#constant ACROSS COLUMNS / 4
#constant DOWN ROWS / 4
#constant WORKGROUP ACROSS * DOWN * LANES
#constant LEFT_LOADS DEPTH * ROWS * LANES / WORKGROUP
#constant RIGHT_LOADS DEPTH * COLUMNS * LANES / WORKGROUP

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

var<workgroup> tile_left: array<vec4f, ${DEPTH * ROWS * LANES}>; // [step][row][quad]
var<workgroup> tile_right: array<vec4f, ${DEPTH * COLUMNS * LANES}>; // [step][column][quad]

@compute @workgroup_size(${WORKGROUP}, 1, 1)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let lanes = p.grid.lanes;
  let quads = (p.grid.quads + lanes - 1u) / lanes * lanes;
  let number = group.y * groups.x + group.x;
  let tile = number % p.grid.tiles;
  let first_quad = number / p.grid.tiles * ${LANES}u;
  if (first_quad >= quads) {
    return;
  }
  let row_tiles = (p.rows + ${ROWS - 1}u) / ${ROWS}u;
  let column_tiles = (p.columns + ${COLUMNS - 1}u) / ${COLUMNS}u;
  let first_column = tile % column_tiles * ${COLUMNS}u;
  let first_row = tile / column_tiles % row_tiles * ${ROWS}u;
  let matrix = tile / (column_tiles * row_tiles);
  let matrices = p.grid.tiles / (column_tiles * row_tiles);
  // The invocation loads and computes for one quad.
  let own = local % ${LANES}u;
  let quad = min(first_quad + own, quads - 1u);
  let outer = quad / lanes;
  let lane = quad % lanes;
  let member = local / ${LANES}u;
  let column = member % ${ACROSS}u; // the first of its columns, which are ACROSS apart
  let row = member / ${ACROSS}u; // the first of its rows, which are DOWN apart

#for r in 0..4, c in 0..4
  var z${r}_$c = vec4f(0.0);
#end
#for n in 0..LEFT_LOADS
#if LEFT_ALONG_DEPTH
  let left_step$n = (member + ${n * ACROSS * DOWN}u) % ${DEPTH}u;
  let left_row$n = (member + ${n * ACROSS * DOWN}u) / ${DEPTH}u;
#else
  let left_step$n = (member + ${n * ACROSS * DOWN}u) / ${ROWS}u;
  let left_row$n = (member + ${n * ACROSS * DOWN}u) % ${ROWS}u;
#end
  let left_of$n = min(first_row + left_row$n, p.rows - 1u) * p.left_row;
#end
#for n in 0..RIGHT_LOADS
#if RIGHT_ALONG_DEPTH
  let right_step$n = (member + ${n * ACROSS * DOWN}u) % ${DEPTH}u;
  let right_column$n = (member + ${n * ACROSS * DOWN}u) / ${DEPTH}u;
#else
  let right_step$n = (member + ${n * ACROSS * DOWN}u) / ${COLUMNS}u;
  let right_column$n = (member + ${n * ACROSS * DOWN}u) % ${COLUMNS}u;
#end
  let right_of$n = min(first_column + right_column$n, p.columns - 1u) * p.right_column;
#end
  for (var term = 0u; term < p.terms; term++) {
    let pair = pairs[matrix * p.terms + term];
    let left_start = outer * p.left_elements + pair.x * p.left_matrix;
    let right_start = outer * p.right_elements + pair.y * p.right_matrix;
    for (var k = 0u; k < p.depth; k += ${DEPTH}u) {
#for n in 0..LEFT_LOADS
      let left_k$n = min(k + left_step$n, p.depth - 1u);
      let from_left$n = left[(left_start + left_of$n + left_k$n * p.left_depth) * lanes + lane];
      tile_left[(left_step$n * ${ROWS}u + left_row$n) * ${LANES}u + own] = select(vec4f(0.0), from_left$n, k + left_step$n < p.depth);
#end
#for n in 0..RIGHT_LOADS
      let right_k$n = min(k + right_step$n, p.depth - 1u);
      let from_right$n = right[(right_start + right_of$n + right_k$n * p.right_depth) * lanes + lane];
      tile_right[(right_step$n * ${COLUMNS}u + right_column$n) * ${LANES}u + own] = select(vec4f(0.0), from_right$n, k + right_step$n < p.depth);
#end
      workgroupBarrier();
      var at_left = row * ${LANES}u + own;
      var at_right = column * ${LANES}u + own;
      for (var step = 0u; step < ${DEPTH}u; step += ${STEPS}u) {
#for s in 0..STEPS, i in 0..4
        let left${s}_$i = tile_left[at_left + ${(s * ROWS + i * DOWN) * LANES}u];
        let right${s}_$i = tile_right[at_right + ${(s * COLUMNS + i * ACROSS) * LANES}u];
#end
#for r in 0..4, c in 0..4
        let s${r}_${c}_0 = z${r}_$c;
#for s in 0..STEPS
        let s${r}_${c}_${s + 1} = fma(left${s}_$r, right${s}_$c, s${r}_${c}_$s);
#end
        z${r}_$c = s${r}_${c}_$STEPS;
#end
        at_left += ${STEPS * ROWS * LANES}u;
        at_right += ${STEPS * COLUMNS * LANES}u;
      }
      workgroupBarrier();
    }
  }

  if (first_quad + own >= quads || quad >= p.grid.quads) {
    return;
  }
#for r in 0..4
  let z_row$r = first_row + row + ${r * DOWN}u;
  if (z_row$r < p.rows) {
    let start = (((outer * matrices + matrix) * p.rows + z_row$r) * p.columns + first_column + column) * lanes + lane;
#for c in 0..4
    if (first_column + column + ${c * ACROSS}u < p.columns) {
      store(start + ${c * ACROSS}u * lanes, z${r}_$c);
    }
#end
  }
#end
}

fn store(index: u32, value: vec4f) {
  z[index] = value + select(vec4f(0.0), z[index], parameters.grid.accumulate != 0u);
}
