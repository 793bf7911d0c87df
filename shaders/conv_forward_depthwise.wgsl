// Conv, forward, for groups of one or two output channels (depthwise convolutions):
// y[o, r, s] = b[o] + sum over c, i, j of w[o, c, i, j] * x[c, r * stride + i * dilation - padding, s * stride + ...].
// requires: lib/convolution
// One invocation: one output channel x 4 neighbouring pixels of a row x 4 samples. A tile of 8 channels would have nothing to share.

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][groups * channels][height][width][lane]
@group(0) @binding(2) var<storage, read> weights: array<f32>; // [groups * outputs][channels][kernel rows][kernel columns]
@group(0) @binding(3) var<storage, read> bias: array<f32>; // [groups * outputs]
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>; // [block][groups * outputs][output_height][output_width][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let at = place(p.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let lanes = p.grid.lanes;
  let column_tiles = (p.output_width + 3u) / 4u;
  let column = at.tile % column_tiles * 4u;
  let row = at.tile / column_tiles % p.output_height;
  let output = at.tile / (column_tiles * p.output_height); // of all groups
  let group = output / p.outputs;

  var sum0 = vec4f(bias[output]);
  var sum1 = sum0;
  var sum2 = sum0;
  var sum3 = sum0;
  let top = i32(row * p.stride.x) - i32(p.padding.x);
  let left = i32(column * p.stride.y) - i32(p.padding.y);
  let start_row = tap_start(top, p.dilation.x);
  let end_row = tap_end(top, p.height, p.kernel.x, p.dilation.x);
  for (var c = 0u; c < p.channels; c++) {
    let plane = (at.block * p.groups + group) * p.channels + c;
    for (var i = start_row; i < end_row; i++) {
      let x_row = (plane * p.height + u32(top + i32(i * p.dilation.x))) * p.width;
      let w_row = ((output * p.channels + c) * p.kernel.x + i) * p.kernel.y;
      for (var j = 0u; j < p.kernel.y; j++) {
        let w = weights[w_row + j];
        let x_column = left + i32(j * p.dilation.y);
        sum0 += w * load(x_row, x_column, at.lane);
        sum1 += w * load(x_row, x_column + i32(p.stride.y), at.lane);
        sum2 += w * load(x_row, x_column + i32(p.stride.y * 2u), at.lane);
        sum3 += w * load(x_row, x_column + i32(p.stride.y * 3u), at.lane);
      }
    }
  }

  let y_row = ((at.block * p.groups * p.outputs + output) * p.output_height + row) * p.output_width;
  let start = (y_row + column) * lanes + at.lane;
  let count = p.output_width - column;
  y[start] = sum0;
  if (count > 1u) {
    y[start + lanes] = sum1;
  }
  if (count > 2u) {
    y[start + lanes * 2u] = sum2;
  }
  if (count > 3u) {
    y[start + lanes * 3u] = sum3;
  }
}

// An element of a row; 0 outside, where a clamped address is read instead.
fn load(row: u32, column: i32, lane: u32) -> vec4f {
  let last = i32(parameters.width) - 1;
  let value = x[(row + u32(clamp(column, 0, last))) * parameters.grid.lanes + lane];
  return select(vec4f(0.0), value, column >= 0 && column <= last);
}
