// Conv, backward, for groups of one or two input channels (depthwise convolutions, the gradient of a grey image):
// dx[c, p, q] = sum over o, i, j of w[o, c, i, j] * dy[o, (p + padding - i * dilation) / stride, (q + ...) / stride], over the taps that divide
// evenly and meet an output.
// requires: lib/convolution_taps
// One invocation: one input channel x 4 pixels of a row x 4 samples. The pixels are `stride` apart: they meet the same taps.

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>; // [block][groups * outputs][output_height][output_width][lane]
@group(0) @binding(2) var<storage, read> weights: array<f32>; // [groups * channels][outputs][kernel rows][kernel columns]
@group(0) @binding(3) var<storage, read_write> dx: array<vec4f>; // [block][groups * channels][height][width][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let at = place(p.grid, id, groups);
  let stride = p.stride.y;
  let column_tiles = stride * (((p.width + stride - 1u) / stride + 3u) / 4u);
  let column_tile = at.tile % column_tiles;
  let column = column_tile / stride * 4u * stride + column_tile % stride;
  if (!at.inside || column >= p.width) {
    return;
  }
  let row = at.tile / column_tiles % p.height;
  let channel = at.tile / (column_tiles * p.height); // of all groups
  let group = channel / p.channels;

  var sum0 = vec4f(0.0);
  var sum1 = vec4f(0.0);
  var sum2 = vec4f(0.0);
  var sum3 = vec4f(0.0);
  let rows = taps_of(row + p.padding.x, p.kernel.x, p.stride.x, p.dilation.x);
  let columns = taps_of(column + p.padding.y, p.kernel.y, stride, p.dilation.y);
  // Of the rows' taps, those whose output exists.
  let row_start = steps(rows.output - i32(p.output_height) + 1, u32(rows.fall));
  let row_end = min(rows.count, steps(rows.output + 1, u32(rows.fall)));
  for (var o = 0u; o < p.outputs; o++) {
    let plane = (at.block * p.groups + group) * p.outputs + o;
    for (var r = row_start; r < row_end; r++) {
      let dy_row = (plane * p.output_height + u32(rows.output - i32(r) * rows.fall)) * p.output_width;
      let w_row = ((channel * p.outputs + o) * p.kernel.x + rows.first + r * rows.step) * p.kernel.y + columns.first;
      for (var s = 0u; s < columns.count; s++) {
        let w = weights[w_row + s * columns.step];
        let dy_column = columns.output - i32(s) * columns.fall;
        sum0 += w * load(dy_row, dy_column, at.lane);
        sum1 += w * load(dy_row, dy_column + 1, at.lane);
        sum2 += w * load(dy_row, dy_column + 2, at.lane);
        sum3 += w * load(dy_row, dy_column + 3, at.lane);
      }
    }
  }

  let dx_row = ((at.block * p.groups * p.channels + channel) * p.height + row) * p.width;
  let next = stride * p.grid.lanes;
  let start = (dx_row + column) * p.grid.lanes + at.lane;
  store(true, start, sum0);
  store(column + stride < p.width, start + next, sum1);
  store(column + stride * 2u < p.width, start + next * 2u, sum2);
  store(column + stride * 3u < p.width, start + next * 3u, sum3);
}

// An element of a row; 0 outside, where a clamped address is read instead.
fn load(row: u32, column: i32, lane: u32) -> vec4f {
  let last = i32(parameters.output_width) - 1;
  let value = dy[(row + u32(clamp(column, 0, last))) * parameters.grid.lanes + lane];
  return select(vec4f(0.0), value, column >= 0 && column <= last);
}

fn store(exists: bool, index: u32, value: vec4f) {
  if (exists) {
    dx[index] = value + select(vec4f(0.0), dx[index], parameters.grid.accumulate != 0u);
  }
}
