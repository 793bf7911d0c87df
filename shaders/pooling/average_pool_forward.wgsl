// AveragePool, forward: y[r, s] = row_scale[r] * column_scale[s] * sum over the window of x. The scales multiply to 1 / the elements
// counted.
// requires: lib/window/pool
// One invocation: one output pixel of four samples. The window is clipped once, so that its loops hold no test.
// ROWS x COLUMNS, where not 0, is a window that never leaves the input: its taps are unrolled.
#constant ROWS 0
#constant COLUMNS 0

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][planes][size][lane]
@group(0) @binding(2) var<storage, read> scale: array<f32>; // [output rows], then [output columns]
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
  let plane = (at.linear / p.grid.lanes) / (p.output_size.x * p.output_size.y); // counted over all blocks
#if ROWS > 0
  let corner = (plane * p.size.x + row * p.stride.x) * p.size.y + column * p.stride.y;
  let first = corner * p.grid.lanes + at.lane;
  var sum = x[first];
#for tap in 1..ROWS * COLUMNS
  sum += x[first + (${tap / COLUMNS}u * p.dilation.x * p.size.y + ${tap % COLUMNS}u * p.dilation.y) * p.grid.lanes];
#end
#else
  let start = vec2i(vec2u(row, column) * p.stride) - vec2i(p.padding);
  let top = tap_start(start.x, p.dilation.x);
  let bottom = tap_end(start.x, p.size.x, p.kernel.x, p.dilation.x);
  let left = tap_start(start.y, p.dilation.y);
  let right = tap_end(start.y, p.size.y, p.kernel.y, p.dilation.y);

  var sum = vec4f(0.0);
  for (var i = top; i < bottom; i++) {
    let x_row = (plane * p.size.x + u32(start.x + i32(i * p.dilation.x))) * p.size.y;
    for (var j = left; j < right; j++) {
      sum += x[(x_row + u32(start.y + i32(j * p.dilation.y))) * p.grid.lanes + at.lane];
    }
  }
#end
  y[at.linear] = sum * (scale[row] * scale[p.output_size.x + column]);
}
