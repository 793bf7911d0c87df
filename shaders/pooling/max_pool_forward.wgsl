// MaxPool, forward: y[r, s] = max over the window of x, and the code of its tap. Of equal elements the first in row-major order counts.
// requires: lib/window/pool
// One invocation: one output pixel of four samples. The window is clipped once, so that its loops hold no test.
// WIDE: codes are one u32 for each element and sample, for windows of more than 255 taps. ROWS x COLUMNS, where not 0, is a window that
// never leaves the input: its taps are unrolled. RELU: y = max(0, y), and the code is CLOSED where the maximum is not above 0.
#constant WIDE 0
#constant RELU 0
#constant ROWS 0
#constant COLUMNS 0
#if WIDE
const CLOSED = 0xffffffffu;
#else
// requires: lib/codes
#end

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][planes][size][lane]
#if WIDE
@group(0) @binding(2) var<storage, read_write> codes: array<vec4u>; // like y
#else
@group(0) @binding(2) var<storage, read_write> codes: array<u32>; // like y, one word for each element
#end
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
#if RELU
  var largest = vec4f(0.0);
  var found = vec4u(CLOSED);
#else
  var largest = x[first];
  var found = vec4u(0u);
#end
#for tap in 1 - RELU..ROWS * COLUMNS
  let value$tap = x[first + (${tap / COLUMNS}u * p.dilation.x * p.size.y + ${tap % COLUMNS}u * p.dilation.y) * p.grid.lanes];
  found = select(found, vec4u(${tap}u), value$tap > largest);
  largest = max(largest, value$tap);
#end
#else
  let start = vec2i(vec2u(row, column) * p.stride) - vec2i(p.padding);
  let top = tap_start(start.x, p.dilation.x);
  let bottom = tap_end(start.x, p.size.x, p.kernel.x, p.dilation.x);
  let left = tap_start(start.y, p.dilation.y);
  let right = tap_end(start.y, p.size.y, p.kernel.y, p.dilation.y);
  let first_row = plane * p.size.x + u32(start.x + i32(top * p.dilation.x));
  var at_row = (first_row * p.size.y + u32(start.y + i32(left * p.dilation.y))) * p.grid.lanes + at.lane;
#if RELU
  var largest = vec4f(0.0);
  var found = vec4u(CLOSED);
#else
  var largest = x[at_row];
  var found = vec4u(top * p.kernel.y + left);
#end
  for (var i = top; i < bottom; i++) {
    var index = at_row;
    for (var j = left; j < right; j++) {
      let value = x[index];
      found = select(found, vec4u(i * p.kernel.y + j), value > largest);
      largest = max(largest, value);
      index += p.dilation.y * p.grid.lanes;
    }
    at_row += p.dilation.x * p.size.y * p.grid.lanes;
  }
#end
  y[at.linear] = largest;
#if WIDE
  codes[at.linear] = found;
#else
  codes[at.linear] = code_word(found);
#end
}
