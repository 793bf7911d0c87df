// Conv, backward: dx[c, p, q] = sum over o, i, j of w[o, c, i, j] * dy[o, (p + padding - i * dilation) / stride, (q + ...) / stride], over
// the taps for which the division leaves no remainder and dy has an element.
// requires: lib/convolution/taps
// One invocation: 8 input channels of one group x 2 pixels of a row x 4 samples, as in the forward kernel. The two pixels are `stride`
// apart, so they meet the same taps, at neighbouring outputs. One loop without tests then serves every stride and dilation.

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>; // [block][groups * outputs][output_height][output_width][lane]
@group(0) @binding(2) var<storage, read> weights: array<vec4f>; // [groups][tiles of 8 channels][outputs][kernel rows][kernel columns][2]
@group(0) @binding(3) var<storage, read_write> dx: array<vec4f>; // [block][groups * channels][height][width][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let at = place(p.grid, id, groups);
  let stride = p.stride.y;
  let column_tiles = stride * (((p.width + stride - 1u) / stride + 1u) / 2u);
  let column_tile = at.tile % column_tiles;
  let column = column_tile / stride * 2u * stride + column_tile % stride;
  if (!at.inside || column >= p.width) {
    return;
  }
  let lanes = p.grid.lanes;
  let row = at.tile / column_tiles % p.height;
  let tile = at.tile / (column_tiles * p.height); // counted over all groups
  let tiles = (p.channels + 7u) / 8u; // in one group
  let group = tile / tiles;

  // Names end in the input channel and in a for pixel 0 or b for pixel 1.
  var a0 = vec4f(0.0);
  var a1 = vec4f(0.0);
  var a2 = vec4f(0.0);
  var a3 = vec4f(0.0);
  var a4 = vec4f(0.0);
  var a5 = vec4f(0.0);
  var a6 = vec4f(0.0);
  var a7 = vec4f(0.0);
  var b0 = vec4f(0.0);
  var b1 = vec4f(0.0);
  var b2 = vec4f(0.0);
  var b3 = vec4f(0.0);
  var b4 = vec4f(0.0);
  var b5 = vec4f(0.0);
  var b6 = vec4f(0.0);
  var b7 = vec4f(0.0);

  let rows = taps_of(row + p.padding.x, p.kernel.x, p.stride.x, p.dilation.x);
  let columns = taps_of(column + p.padding.y, p.kernel.y, stride, p.dilation.y);
  // Those taps of the rows whose output exists.
  let row_start = steps(rows.output - i32(p.output_height) + 1, u32(rows.fall));
  let row_end = min(rows.count, steps(rows.output + 1, u32(rows.fall)));
  let last_column = i32(p.output_width) - 1;
  for (var o = 0u; o < p.outputs; o++) {
    let plane = (at.block * p.groups + group) * p.outputs + o;
    for (var r = row_start; r < row_end; r++) {
      let dy_row = (plane * p.output_height + u32(rows.output - i32(r) * rows.fall)) * p.output_width;
      let tap_row = (tile * p.outputs + o) * p.kernel.x + rows.first + r * rows.step;
      var w = (tap_row * p.kernel.y + columns.first) * 2u;
      var column_a = columns.output;
      for (var s = 0u; s < columns.count; s++) {
        let column_b = column_a + 1;
        let load_a = dy[(dy_row + u32(clamp(column_a, 0, last_column))) * lanes + at.lane];
        let load_b = dy[(dy_row + u32(clamp(column_b, 0, last_column))) * lanes + at.lane];
        let dy_a = select(vec4f(0.0), load_a, column_a >= 0 && column_a <= last_column);
        let dy_b = select(vec4f(0.0), load_b, column_b >= 0 && column_b <= last_column);
        let w0 = weights[w];
        let w1 = weights[w + 1u];
        a0 += dy_a * w0.x;
        a1 += dy_a * w0.y;
        a2 += dy_a * w0.z;
        a3 += dy_a * w0.w;
        a4 += dy_a * w1.x;
        a5 += dy_a * w1.y;
        a6 += dy_a * w1.z;
        a7 += dy_a * w1.w;
        b0 += dy_b * w0.x;
        b1 += dy_b * w0.y;
        b2 += dy_b * w0.z;
        b3 += dy_b * w0.w;
        b4 += dy_b * w1.x;
        b5 += dy_b * w1.y;
        b6 += dy_b * w1.z;
        b7 += dy_b * w1.w;
        w += columns.step * 2u;
        column_a -= columns.fall;
      }
    }
  }

  let first = tile % tiles * 8u;
  let plane = (at.block * p.groups + group) * p.channels + first;
  let count = p.channels - first;
  let next = select(0u, stride * lanes, column + stride < p.width);
  let pixels = p.height * p.width * lanes;
  let start = ((plane * p.height + row) * p.width + column) * lanes + at.lane;
  store(true, start, a0, b0, next);
  store(count > 1u, start + pixels, a1, b1, next);
  store(count > 2u, start + 2u * pixels, a2, b2, next);
  store(count > 3u, start + 3u * pixels, a3, b3, next);
  store(count > 4u, start + 4u * pixels, a4, b4, next);
  store(count > 5u, start + 5u * pixels, a5, b5, next);
  store(count > 6u, start + 6u * pixels, a6, b6, next);
  store(count > 7u, start + 7u * pixels, a7, b7, next);
}

// Stores one input channel of the tile, if it exists, for one pixel or also for a second, which is `next` further on.
fn store(exists: bool, index: u32, a: vec4f, b: vec4f, next: u32) {
  if (exists) {
    let accumulate = parameters.grid.accumulate != 0u;
    dx[index] = a + select(vec4f(0.0), dx[index], accumulate);
    if (next != 0u) {
      dx[index + next] = b + select(vec4f(0.0), dx[index + next], accumulate);
    }
  }
}
