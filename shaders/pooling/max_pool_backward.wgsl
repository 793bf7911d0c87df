// MaxPool, backward: dx[p, q] = sum of dy[r, s] over the windows whose maximum was found at (p, q).
// requires: lib/window/pool_backward
// One invocation: one input pixel of four samples. It visits all windows that can reach the pixel. APART: windows do not overlap (the
// stride is at least the kernel, dilation 1). Then one invocation has the stride x stride pixels from a window's corner on, which share one
// load. CELL: so it does where square windows of KERNEL overlap, with stride CELL and dilation 1, and REACH x REACH of them meet its pixels. Then it has
// DOWN such cells of pixels, one below the other.
// WIDE: codes as in max_pool_forward. GATED: the kernel applies the gates of the value to the cotangent that it writes.
#constant APART 0
#constant CELL 0
#constant KERNEL 1
#constant REACH (KERNEL + CELL - 1) / (CELL + (CELL == 0))
#constant DOWN 1
#constant WIDE 0
#constant GATED 0
#if !WIDE
// requires: lib/codes
#end
#if GATED
// requires: lib/gates
#end

struct Parameters {
  grid: Grid,
  size: vec2u, // of an input plane: rows, columns, as in the members below
  output_size: vec2u,
  kernel: vec2u,
  stride: vec2u,
  dilation: vec2u,
  padding: vec2u, // before the first row and column
#if GATED
  gate_plane: u32,
  gate_words: u32,
#end
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
#if WIDE
@group(0) @binding(1) var<storage, read> codes: array<vec4u>; // like dy
#else
@group(0) @binding(1) var<storage, read> codes: array<u32>; // like dy, one word for each element
#end
@group(0) @binding(2) var<storage, read> dy: array<vec4f>; // [block][planes][output_size][lane]
#if GATED
@group(0) @binding(3) var<storage, read> gates: array<u32>; // [block][gate_words][lane]
#end
@group(0) @binding(${3 + GATED}) var<storage, read_write> dx: array<vec4f>; // [block][planes][size][lane]

#include lib/window/codes_at

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let at = place(p.grid, id, groups);
  if (!at.inside) {
    return;
  }
#if APART || CELL
  // For each axis, the number of cells that cover all input, including what lies past the last window.
#if CELL
  let cells = (p.size + p.padding + ${CELL - 1}u) / ${CELL + (CELL == 0)}u;
#else
  let cells = (p.size + p.padding + p.stride - 1u) / p.stride;
  let cell = vec2u(at.tile / cells.y % cells.x, at.tile % cells.y);
  let plane = at.tile / (cells.x * cells.y);
  let planes = p.grid.tiles / (cells.x * cells.y);
#end
#end
#if CELL
#include lib/window/sum_cell
#end
#if APART
  let output = min(cell, p.output_size - 1u);
  let index = (((at.block * planes + plane) * p.output_size.x + output.x) * p.output_size.y + output.y) * p.grid.lanes + at.lane;
  let value = dy[index];
  let found = select(vec4u(NONE), codes_at(index), all(cell == output));
  let start = cell * p.stride;
  let begin = max(start, p.padding);
  let end = min(start + p.stride, p.size + p.padding);
  for (var r = begin.x; r < end.x; r++) {
    for (var s = begin.y; s < end.y; s++) {
      // A column past the window's last would have the code of the next row's first tap. It belongs to no tap of this window.
      let code = select(NONE - 1u, (r - start.x) * p.kernel.y + s - start.y, s - start.y < p.kernel.y);
      let pixel = (plane * p.size.x + r - p.padding.x) * p.size.y + s - p.padding.y;
      store(at, pixel, planes, select(vec4f(0.0), value, found == vec4u(code)));
    }
  }
#end
#if !APART && !CELL
  let pixel = at.tile % (p.size.x * p.size.y);
  let planes = p.grid.tiles / (p.size.x * p.size.y);
  let plane = at.block * planes + at.tile / (p.size.x * p.size.y); // counted over all blocks
  let padded = vec2u(pixel / p.size.y, pixel % p.size.y) + p.padding;
  let top = output_start(padded.x, p.kernel.x, p.stride.x, p.dilation.x);
  let bottom = output_end(padded.x, p.stride.x, p.output_size.x);
  let left = output_start(padded.y, p.kernel.y, p.stride.y, p.dilation.y);
  let right = output_end(padded.y, p.stride.y, p.output_size.y);

  var sum = vec4f(0.0);
  for (var r = top; r < bottom; r++) {
    for (var s = left; s < right; s++) {
      let index = ((plane * p.output_size.x + r) * p.output_size.y + s) * p.grid.lanes + at.lane;
      let code = code_over(padded - vec2u(r, s) * p.stride);
      sum += select(vec4f(0.0), dy[index], codes_at(index) == vec4u(code));
    }
  }
  store(at, at.tile, planes, sum);
#end
}

// Stores element `element` of a sample with `planes` planes.
fn store(at: Place, element: u32, planes: u32, value: vec4f) {
  let p = parameters;
  let index = (at.block * planes * p.size.x * p.size.y + element) * p.grid.lanes + at.lane;
  var sum = value;
  if (p.grid.accumulate != 0u) {
    sum += dx[index];
  }
#if GATED
  let word = gates[(at.block * p.gate_words + gate_word(element, p.gate_plane)) * p.grid.lanes + at.lane];
  dx[index] = through_gate(sum, word, gate_shift(element, p.gate_plane));
#else
  dx[index] = sum;
#end
}

#if CELL
struct WindowAt {
  value: vec4f, // the cotangent
  found: vec4u, // the code of the maximum, or NONE where there is no such window
}

// The window in this row and column, which may be one before the first or past the last.
fn window_at(at: Place, plane: u32, planes: u32, row: u32, column: u32) -> WindowAt {
  let p = parameters;
  let last = p.output_size - 1u;
  let line = (at.block * planes + plane) * p.output_size.x + min(row, last.x);
  let index = (line * p.output_size.y + min(column, last.y)) * p.grid.lanes + at.lane;
  return WindowAt(dy[index], select(vec4u(NONE), codes_at(index), row <= last.x && column <= last.y));
}
#end
