// MaxPool, forward: y[r, s] = max over the window of x, and where it was found. Of equals the first in row-major order wins.
// requires: lib/pool
// One invocation: one output pixel of four samples. The window is clipped once, so that its loops hold no test.

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][planes][size][lane]
@group(0) @binding(2) var<storage, read_write> argmax: array<vec4u>; // like y: row * columns + column of the maximum in its plane
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>; // [block][planes][output_size][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let at = place(p.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let column = at.tile % p.output_size.y;
  let row = at.tile / p.output_size.y % p.output_size.x;
  let plane = (at.linear / p.grid.lanes) / (p.output_size.x * p.output_size.y); // of all blocks
  let start = vec2i(vec2u(row, column) * p.stride) - vec2i(p.padding);
  let top = tap_start(start.x, p.dilation.x);
  let bottom = tap_end(start.x, p.size.x, p.kernel.x, p.dilation.x);
  let left = tap_start(start.y, p.dilation.y);
  let right = tap_end(start.y, p.size.y, p.kernel.y, p.dilation.y);

  let offset = plane * p.size.x * p.size.y;
  let first_row = u32(start.x + i32(top * p.dilation.x));
  let first_column = u32(start.y + i32(left * p.dilation.y));
  var where_found = vec4u(first_row * p.size.y + first_column);
  var largest = x[(offset + where_found.x) * p.grid.lanes + at.lane];
  var tap_row = first_row * p.size.y;
  for (var i = top; i < bottom; i++) {
    var tap = tap_row + first_column;
    for (var j = left; j < right; j++) {
      let value = x[(offset + tap) * p.grid.lanes + at.lane];
      let larger = value > largest;
      largest = select(largest, value, larger);
      where_found = select(where_found, vec4u(tap), larger);
      tap += p.dilation.y;
    }
    tap_row += p.dilation.x * p.size.y;
  }
  y[at.linear] = largest;
  argmax[at.linear] = where_found;
}
