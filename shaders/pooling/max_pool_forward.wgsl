// MaxPool, forward: y[r, s] = max over the window of x, and the code of its tap. Of equal elements the first in row-major order counts.
// requires: lib/window/pool
// One invocation: one output pixel of four samples. The window is clipped once, so that its loops hold no test.
// ROWS x COLUMNS, where not 0, is a window that never leaves the input. Then an invocation has DOWN output pixels, one below the other. Taps are
// unrolled: first the maxima of each row of a window, then those of its rows. The last SHARED rows of a window are the first of the one below,
// so their maxima are kept.
// WIDE: codes are one u32 for each element and sample, for windows of more than 255 taps.
// RELU: y = max(0, y), and the code is CLOSED where the maximum is not above 0.
#constant WIDE 0
#constant RELU 0
#constant ROWS 0
#constant COLUMNS 0
#constant SHARED 0
#constant DOWN 1
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
  let lanes = p.grid.lanes;
  let number = at.block * p.grid.tiles + at.tile; // counted over all blocks, as is the plane
  let column = number % p.output_size.y;
#if ROWS > 0
  let strips = (p.output_size.x + ${DOWN - 1}u) / ${DOWN}u;
  let first = number / p.output_size.y % strips * ${DOWN}u;
  let plane = number / p.output_size.y / strips;
  let end = min(first + ${DOWN}u, p.output_size.x);
  var corner = ((plane * p.size.x + first * p.stride.x) * p.size.y + column * p.stride.y) * lanes + at.lane;
  var written = ((plane * p.output_size.x + first) * p.output_size.y + column) * lanes + at.lane;
#for i in 0..SHARED
#include lib/window/largest_of_row
#end
  for (var row = first; row < end; row++) {
#for i in SHARED..ROWS
#include lib/window/largest_of_row
#end
    var largest = largest0;
    var found = taps0;
#for i in 1..ROWS
    found = select(found, taps$i + vec4u(${i * COLUMNS}u), largest$i > largest);
    largest = max(largest, largest$i);
#end
    store(written, largest, found);
#for i in 0..SHARED
    largest$i = largest${ROWS - SHARED + i};
    taps$i = taps${ROWS - SHARED + i};
#end
    corner += p.stride.x * p.size.y * lanes;
    written += p.output_size.y * lanes;
  }
#else
  let row = number / p.output_size.y % p.output_size.x;
  let plane = number / p.output_size.y / p.output_size.x;
  let start = vec2i(vec2u(row, column) * p.stride) - vec2i(p.padding);
  let top = tap_start(start.x, p.dilation.x);
  let bottom = tap_end(start.x, p.size.x, p.kernel.x, p.dilation.x);
  let left = tap_start(start.y, p.dilation.y);
  let right = tap_end(start.y, p.size.y, p.kernel.y, p.dilation.y);
  let first_row = plane * p.size.x + u32(start.x + i32(top * p.dilation.x));
  var at_row = (first_row * p.size.y + u32(start.y + i32(left * p.dilation.y))) * lanes + at.lane;
  var largest = x[at_row];
  var found = vec4u(top * p.kernel.y + left);
  for (var i = top; i < bottom; i++) {
    var index = at_row;
    for (var j = left; j < right; j++) {
      let value = x[index];
      found = select(found, vec4u(i * p.kernel.y + j), value > largest);
      largest = max(largest, value);
      index += p.dilation.y * lanes;
    }
    at_row += p.dilation.x * p.size.y * lanes;
  }
  store(at.linear, largest, found);
#end
}

fn store(index: u32, largest: vec4f, taps: vec4u) {
#if RELU
  let found = select(vec4u(CLOSED), taps, largest > vec4f(0.0));
  y[index] = select(largest, vec4f(0.0), largest <= vec4f(0.0));
#else
  let found = taps;
  y[index] = largest;
#end
#if WIDE
  codes[index] = found;
#else
  codes[index] = code_word(found);
#end
}
