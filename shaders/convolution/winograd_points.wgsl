// The first step of Winograd's F(4, 3) along an axis: six elements of x, which begin 4 apart, taken at the six points: v = B^T x.
// requires: lib/grid
// requires: lib/codes
// requires: lib/winograd/points
// One invocation: one tile of a row in CHANNELS channels, of four samples. A loop over channels has a short body (shortLoops of src/gpu/device/device.ts).
#constant CHANNELS 8
// EXPAND 2: x is the cotangent of a pool's output, [channels][plane_rows / 2][length / 2], which codes spread over its windows of 2 x 2. The first element of a tile
// is the PHASE-th of its window.
#constant EXPAND 1
#constant PHASE 0
#constant LOADED (PHASE + 5) / EXPAND + 1

struct Parameters {
#include lib/winograd/members
  padding: u32, // before the first element, modulo 2^32
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][channels][plane_rows][length][inner][lane]
#if EXPAND > 1
@group(0) @binding(2) var<storage, read> codes: array<u32>; // as x
#end
@group(0) @binding(${2 + (EXPAND > 1)}) var<storage, read_write> points: array<vec4f>; // [block][6][channels][point_rows][tiles][inner][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
#include lib/winograd/place
  let length = p.length / ${EXPAND}u;
  let rows = p.plane_rows / ${EXPAND}u;
  let source_row = i32(row) + i32(p.first_row);
  let stored_row = u32(clamp(source_row / $EXPAND, 0, i32(rows) - 1));
  // No window has the last row and column of an odd number.
  let on_plane = source_row >= 0 && source_row < i32(rows) * $EXPAND;
  let left = (i32(4u * tile) - i32(p.padding) - $PHASE) / $EXPAND;
#for c in 0..LOADED
  let column$c = u32(clamp(left + $c, 0, i32(length) - 1)) * step + spot % p.inner * lanes + at.lane;
  let within$c = on_plane && left + $c >= 0 && left + $c < i32(length);
#end
  var from_x = ((at.block * p.channels + first) * rows + stored_row) * length * step;
  var to = first_point;
  for (var o = 0u; o < count; o++) {
#if EXPAND == 1
#for c in 0..6
    let x$c = select(vec4f(0.0), x[from_x + column$c], within$c);
#end
#else
#for c in 0..LOADED
    let y$c = select(vec4f(0.0), x[from_x + column$c], within$c);
    let code$c = codes_of(codes[from_x + column$c]);
#end
#for c in 0..6
    let x$c = select(vec4f(0.0), y${(PHASE + c) / EXPAND}, code${(PHASE + c) / EXPAND} == vec4u(u32(source_row) % 2u * 2u + ${(PHASE + c) % EXPAND}u));
#end
#end
    let even_a = fma(vec4f(-B2), x2, x4);
    let odd_a = A * fma(vec4f(-B2), x1, x3);
    let even_b = fma(vec4f(-A2), x2, x4);
    let odd_b = B * fma(vec4f(-A2), x1, x3);
    points[to] = fma(vec4f(A2_B2), x0, fma(vec4f(-A2_AND_B2), x2, x4));
    points[to + points_step] = even_a + odd_a;
    points[to + 2u * points_step] = even_a - odd_a;
    points[to + 3u * points_step] = even_b + odd_b;
    points[to + 4u * points_step] = even_b - odd_b;
    points[to + 5u * points_step] = fma(vec4f(A2_B2), x1, fma(vec4f(-A2_AND_B2), x3, x5));
    from_x += rows * length * step;
    to += channel_step;
  }
}
