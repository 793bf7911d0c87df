// Conv, forward: y[o, r, s] = b[o] + sum over c, i, j of w[o, c, i, j] * x[c, r * stride + i * dilation - padding, s * stride + ...].
// The backward pass of ConvTranspose is the same without a bias. There y is a cotangent, which may be added to what is there.
// requires: lib/convolution/parameters
// One invocation: 8 output channels of one group x 2 neighbouring pixels of a row x 4 samples, 16 vec4f in registers. This reaches 1.5
// GFLOP/s on SwiftShader, where 8 channels x 4 pixels of one sample reach 1.0. The rows of the window are clipped once. Columns that may
// lie outside are loaded from a clamped address and replaced by 0, because a condition around the load costs most of the speed.

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][groups * channels][height][width][lane]
@group(0) @binding(2) var<storage, read> weights: array<vec4f>; // [groups][tiles of 8 outputs][channels][kernel rows][kernel columns][2]
@group(0) @binding(3) var<storage, read> bias: array<vec4f>; // [groups][tiles of 8 outputs][2]
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>; // [block][groups * outputs][output_height][output_width][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let at = place(p.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let lanes = p.grid.lanes;
  let column_tiles = (p.output_width + 1u) / 2u;
  let column = at.tile % column_tiles * 2u;
  let row = at.tile / column_tiles % p.output_height;
  let tile = at.tile / (column_tiles * p.output_height); // counted over all groups
  let tiles = (p.outputs + 7u) / 8u; // in one group
  let group = tile / tiles;

  // Names end in the output channel and in a for pixel 0 or b for pixel 1.
  let bias0 = bias[tile * 2u];
  let bias1 = bias[tile * 2u + 1u];
  var a0 = vec4f(bias0.x);
  var a1 = vec4f(bias0.y);
  var a2 = vec4f(bias0.z);
  var a3 = vec4f(bias0.w);
  var a4 = vec4f(bias1.x);
  var a5 = vec4f(bias1.y);
  var a6 = vec4f(bias1.z);
  var a7 = vec4f(bias1.w);
  var b0 = vec4f(bias0.x);
  var b1 = vec4f(bias0.y);
  var b2 = vec4f(bias0.z);
  var b3 = vec4f(bias0.w);
  var b4 = vec4f(bias1.x);
  var b5 = vec4f(bias1.y);
  var b6 = vec4f(bias1.z);
  var b7 = vec4f(bias1.w);

  let top = i32(row * p.stride.x) - i32(p.padding.x);
  let left = i32(column * p.stride.y) - i32(p.padding.y);
  let start_row = tap_start(top, p.dilation.x);
  let end_row = tap_end(top, p.height, p.kernel.x, p.dilation.x);
  let last_column = i32(p.width) - 1;
  for (var c = 0u; c < p.channels; c++) {
    let plane = (at.block * p.groups + group) * p.channels + c;
    for (var i = start_row; i < end_row; i++) {
      let x_row = (plane * p.height + u32(top + i32(i * p.dilation.x))) * p.width;
      var w = ((tile * p.channels + c) * p.kernel.x + i) * p.kernel.y * 2u;
      var column_a = left;
      for (var j = 0u; j < p.kernel.y; j++) {
        let column_b = column_a + i32(p.stride.y);
        let load_a = x[(x_row + u32(clamp(column_a, 0, last_column))) * lanes + at.lane];
        let load_b = x[(x_row + u32(clamp(column_b, 0, last_column))) * lanes + at.lane];
        let x_a = select(vec4f(0.0), load_a, column_a >= 0 && column_a <= last_column);
        let x_b = select(vec4f(0.0), load_b, column_b >= 0 && column_b <= last_column);
        let w0 = weights[w];
        let w1 = weights[w + 1u];
        a0 += x_a * w0.x;
        a1 += x_a * w0.y;
        a2 += x_a * w0.z;
        a3 += x_a * w0.w;
        a4 += x_a * w1.x;
        a5 += x_a * w1.y;
        a6 += x_a * w1.z;
        a7 += x_a * w1.w;
        b0 += x_b * w0.x;
        b1 += x_b * w0.y;
        b2 += x_b * w0.z;
        b3 += x_b * w0.w;
        b4 += x_b * w1.x;
        b5 += x_b * w1.y;
        b6 += x_b * w1.z;
        b7 += x_b * w1.w;
        w += 2u;
        column_a += i32(p.dilation.y);
      }
    }
  }

  let first = tile % tiles * 8u;
  let plane = (at.block * p.groups + group) * p.outputs + first;
  let count = p.outputs - first;
  let pair = column + 1u < p.output_width;
  let pixels = p.output_height * p.output_width * lanes;
  let start = ((plane * p.output_height + row) * p.output_width + column) * lanes + at.lane;
  store(true, start, a0, b0, pair, lanes);
  store(count > 1u, start + pixels, a1, b1, pair, lanes);
  store(count > 2u, start + 2u * pixels, a2, b2, pair, lanes);
  store(count > 3u, start + 3u * pixels, a3, b3, pair, lanes);
  store(count > 4u, start + 4u * pixels, a4, b4, pair, lanes);
  store(count > 5u, start + 5u * pixels, a5, b5, pair, lanes);
  store(count > 6u, start + 6u * pixels, a6, b6, pair, lanes);
  store(count > 7u, start + 7u * pixels, a7, b7, pair, lanes);
}

// Stores one output channel of the tile, if it exists, for one pixel or a pair.
fn store(exists: bool, index: u32, a: vec4f, b: vec4f, pair: bool, lanes: u32) {
  if (exists) {
    let accumulate = parameters.grid.accumulate != 0u;
    y[index] = a + select(vec4f(0.0), y[index], accumulate);
    if (pair) {
      y[index + lanes] = b + select(vec4f(0.0), y[index + lanes], accumulate);
    }
  }
}
