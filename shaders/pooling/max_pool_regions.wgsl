// MaxPool of samples and their twins, and where the samples' maxima change. In every window a twin takes the element that its sample takes.
// The margin of every other element is the maximum minus that element. Of equal elements the first in row-major order is the maximum.
// requires: lib/window/axis
// requires: lib/regions
// One invocation: one output pixel of two samples and their twins. It goes twice over the window.

struct Parameters {
  grid: Grid,
  samples: u32,
  first_unit: u32, // units of the network before those of this operator
  size: vec2u, // of an input plane: rows, columns, as in the members below
  output_size: vec2u,
  kernel: vec2u,
  stride: vec2u,
  dilation: vec2u,
  padding: vec2u, // before the first row and column
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][planes][size][lane]
@group(0) @binding(2) var<storage, read> points: array<vec2f>; // [samples]
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>; // [block][planes][output_size][lane]
@group(0) @binding(4) var<storage, read_write> regions: array<atomic<u32>>; // [samples][3]

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
  let start = vec2i(vec2u(row, column) * p.stride) - vec2i(p.padding);
  let top = tap_start(start.x, p.dilation.x);
  let bottom = tap_end(start.x, p.size.x, p.kernel.x, p.dilation.x);
  let left = tap_start(start.y, p.dilation.y);
  let right = tap_end(start.y, p.size.y, p.kernel.y, p.dilation.y);

  let offset = plane * p.size.x * p.size.y;
  let first_row = u32(start.x + i32(top * p.dilation.x)) * p.size.y;
  let first_column = u32(start.y + i32(left * p.dilation.y));
  var where_found = vec2u(first_row + first_column);
  var largest = x[(offset + where_found.x) * p.grid.lanes + at.lane];
  var tap_row = first_row;
  for (var i = top; i < bottom; i++) {
    var tap = tap_row + first_column;
    for (var j = left; j < right; j++) {
      let value = x[(offset + tap) * p.grid.lanes + at.lane];
      let larger = value.xz > largest.xz;
      largest = select(largest, value, larger.xxyy);
      where_found = select(where_found, vec2u(tap), larger);
      tap += p.dilation.y;
    }
    tap_row += p.dilation.x * p.size.y;
  }
  y[at.linear] = largest;

  let s = stretch_at(at);
  var region = gated(whole(), p.first_unit + at.tile, where_found);
  tap_row = first_row;
  for (var i = top; i < bottom; i++) {
    var tap = tap_row + first_column;
    for (var j = left; j < right; j++) {
      // The maximum's own margin is 0 at both points, and narrows nothing.
      let short = largest - x[(offset + tap) * p.grid.lanes + at.lane];
      region = narrowed(region, s, short.xz, short.yw);
      tap += p.dilation.y;
    }
    tap_row += p.dilation.x * p.size.y;
  }
  store_region(region, s.first);
}
