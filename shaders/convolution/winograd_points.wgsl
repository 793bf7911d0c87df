// The first step of Winograd's F(4x4, 3x3): patches of 6 x 6 elements of x, which begin 4 apart, taken at the 6 x 6 points: V = B^T x B.
// requires: lib/grid
// requires: lib/codes
// requires: lib/winograd/points
// One invocation: one patch of one channel, of four samples.
// EXPAND 2: x is the cotangent of a pool's output, [channels][plane_rows / 2][length / 2], which codes spread over its windows of 2 x 2. The first element of a
// row of a patch is the PHASE-th of its window.
#constant EXPAND 1
#constant PHASE 0
#constant LOADED (PHASE + 5) / EXPAND + 1

struct Parameters {
  grid: Grid,
  channels: u32,
  rows: u32, // of patches that the dispatch reads
  plane_rows: u32, // of x
  first_row: u32, // of the first patch in x, modulo 2^32
  length: u32, // columns of x
  tiles: u32, // patches in a row
  padding: u32, // columns before the first element, modulo 2^32
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][channels][plane_rows][length][lane]
#if EXPAND > 1
@group(0) @binding(2) var<storage, read> codes: array<u32>; // as x
#end
@group(0) @binding(${2 + (EXPAND > 1)}) var<storage, read_write> points: array<vec4f>; // [block][6][6][channels][rows][tiles][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let at = place(p.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let lanes = p.grid.lanes;
  let tile = at.tile % p.tiles;
  let line = at.tile / p.tiles; // of patches
  let channel = line / p.rows;
  let first_row = i32(4u * (line - channel * p.rows)) + i32(p.first_row);
  let length = p.length / ${EXPAND}u;
  let rows = p.plane_rows / ${EXPAND}u;
  let left = (i32(4u * tile) - i32(p.padding) - $PHASE) / $EXPAND;
#for c in 0..LOADED
  let column$c = u32(clamp(left + $c, 0, i32(length) - 1)) * lanes + at.lane;
  let within$c = left + $c >= 0 && left + $c < i32(length);
#end
  let from_x = (at.block * p.channels + channel) * rows * length * lanes;


  // Elements are named v0_<row>_<column>, then at the points along the columns v1_<point>_<row>, and at those along the rows too v2_<row's point>_<column's>.
#for r in 0..6
  let source_row$r = first_row + $r;
  // No window has the last row and column of an odd number.
  let on_plane$r = source_row$r >= 0 && source_row$r < i32(rows) * $EXPAND;
  let from$r = from_x + u32(clamp(source_row$r / $EXPAND, 0, i32(rows) - 1)) * length * lanes;
#if EXPAND == 1
#for c in 0..6
  let v0_${r}_$c = select(vec4f(0.0), x[from$r + column$c], on_plane$r && within$c);
#end
#else
#for c in 0..LOADED
  let y${r}_$c = select(vec4f(0.0), x[from$r + column$c], on_plane$r && within$c);
  let code${r}_$c = codes_of(codes[from$r + column$c]);
#end
#for c in 0..6
  let v0_${r}_$c = select(vec4f(0.0), y${r}_${(PHASE + c) / EXPAND}, code${r}_${(PHASE + c) / EXPAND} == vec4u(u32(source_row$r) % 2u * 2u + ${(PHASE + c) % EXPAND}u));
#end
#end
#end

  let spots = p.rows * p.tiles * lanes;
  let step = p.channels * spots; // from one point to the next
  let to = (at.block * 36u * p.channels + channel) * spots + (at.tile - channel * p.rows * p.tiles) * lanes + at.lane;
#for s in 0..2, l in 0..6
  let even_a${s}_$l = fma(vec4f(-B2), v${s}_${l}_2, v${s}_${l}_4);
  let odd_a${s}_$l = A * fma(vec4f(-B2), v${s}_${l}_1, v${s}_${l}_3);
  let even_b${s}_$l = fma(vec4f(-A2), v${s}_${l}_2, v${s}_${l}_4);
  let odd_b${s}_$l = B * fma(vec4f(-A2), v${s}_${l}_1, v${s}_${l}_3);
  let v${s + 1}_0_$l = fma(vec4f(A2_B2), v${s}_${l}_0, fma(vec4f(-A2_AND_B2), v${s}_${l}_2, v${s}_${l}_4));
  let v${s + 1}_1_$l = even_a${s}_$l + odd_a${s}_$l;
  let v${s + 1}_2_$l = even_a${s}_$l - odd_a${s}_$l;
  let v${s + 1}_3_$l = even_b${s}_$l + odd_b${s}_$l;
  let v${s + 1}_4_$l = even_b${s}_$l - odd_b${s}_$l;
  let v${s + 1}_5_$l = fma(vec4f(A2_B2), v${s}_${l}_1, fma(vec4f(-A2_AND_B2), v${s}_${l}_3, v${s}_${l}_5));
#if s == 1
#for i in 0..6
  points[to + ${6 * i + l}u * step] = v2_${i}_$l;
#end
#end
#end
}
