// Conv with a 1x1 kernel, stride 1 and no padding, both directions: y[o, r] = bias[o] + sum over c of w[o, c] * x[c, r], r running over the
// pixels of a plane. Backward it is the same product with the transposed weights and no bias.
// requires: lib/convolution
// One invocation: 8 written channels of one group x 4 neighbouring pixels of the plane (which the host declares as one row) x 4 samples, 32
// vec4f in registers. In CPU time on SwiftShader it is x6 faster than the general kernel on 64 -> 64 channels of 14x14: every variable
// that a loop changes is merged at each of its nested levels, and here is one loop instead of three. With it the forward pass of
// SqueezeNet 1.1 takes 3.9 s instead of 12.3 for 16 images, that of MobileNetV1 0.25 1.1 s instead of 2.9.

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][groups * channels][height][width][lane]
@group(0) @binding(2) var<storage, read> weights: array<vec4f>; // [groups][tiles of 8 outputs][channels][2]
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
  let column_tiles = (p.output_width + 3u) / 4u;
  let column = at.tile % column_tiles * 4u;
  let row = at.tile / column_tiles % p.output_height;
  let tile = at.tile / (column_tiles * p.output_height); // of all groups
  let tiles = (p.outputs + 7u) / 8u; // of one group
  let group = tile / tiles;

  // Pixels 0 to 3 are a to d; the number is the written channel.
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
  var c0 = vec4f(bias0.x);
  var c1 = vec4f(bias0.y);
  var c2 = vec4f(bias0.z);
  var c3 = vec4f(bias0.w);
  var c4 = vec4f(bias1.x);
  var c5 = vec4f(bias1.y);
  var c6 = vec4f(bias1.z);
  var c7 = vec4f(bias1.w);
  var d0 = vec4f(bias0.x);
  var d1 = vec4f(bias0.y);
  var d2 = vec4f(bias0.z);
  var d3 = vec4f(bias0.w);
  var d4 = vec4f(bias1.x);
  var d5 = vec4f(bias1.y);
  var d6 = vec4f(bias1.z);
  var d7 = vec4f(bias1.w);

  // The last tile may reach past the plane: its pixels are loaded from the last one and never stored.
  let last = p.width - 1u;
  let column0 = min(column, last) * lanes + at.lane;
  let column1 = min(column + 1u, last) * lanes + at.lane;
  let column2 = min(column + 2u, last) * lanes + at.lane;
  let column3 = min(column + 3u, last) * lanes + at.lane;
  let step = p.height * p.width * lanes;
  var from_x = ((at.block * p.groups + group) * p.channels * p.height + row) * p.width * lanes;
  var w = tile * p.channels * 2u;
  for (var c = 0u; c < p.channels; c++) {
    let x0 = x[from_x + column0];
    let x1 = x[from_x + column1];
    let x2 = x[from_x + column2];
    let x3 = x[from_x + column3];
    let w00 = weights[w];
    let w01 = weights[w + 1u];
    a0 += x0 * w00.x;
    a1 += x0 * w00.y;
    a2 += x0 * w00.z;
    a3 += x0 * w00.w;
    a4 += x0 * w01.x;
    a5 += x0 * w01.y;
    a6 += x0 * w01.z;
    a7 += x0 * w01.w;
    b0 += x1 * w00.x;
    b1 += x1 * w00.y;
    b2 += x1 * w00.z;
    b3 += x1 * w00.w;
    b4 += x1 * w01.x;
    b5 += x1 * w01.y;
    b6 += x1 * w01.z;
    b7 += x1 * w01.w;
    c0 += x2 * w00.x;
    c1 += x2 * w00.y;
    c2 += x2 * w00.z;
    c3 += x2 * w00.w;
    c4 += x2 * w01.x;
    c5 += x2 * w01.y;
    c6 += x2 * w01.z;
    c7 += x2 * w01.w;
    d0 += x3 * w00.x;
    d1 += x3 * w00.y;
    d2 += x3 * w00.z;
    d3 += x3 * w00.w;
    d4 += x3 * w01.x;
    d5 += x3 * w01.y;
    d6 += x3 * w01.z;
    d7 += x3 * w01.w;
    from_x += step;
    w += 2u;
  }

  let first = tile % tiles * 8u;
  let plane = (at.block * p.groups + group) * p.outputs + first;
  let channels = p.outputs - first;
  let pixels = p.output_width - column;
  let step_y = p.output_height * p.output_width * lanes;
  let start = ((plane * p.output_height + row) * p.output_width + column) * lanes + at.lane;
  store(true, start, pixels, a0, b0, c0, d0);
  store(channels > 1u, start + step_y, pixels, a1, b1, c1, d1);
  store(channels > 2u, start + 2u * step_y, pixels, a2, b2, c2, d2);
  store(channels > 3u, start + 3u * step_y, pixels, a3, b3, c3, d3);
  store(channels > 4u, start + 4u * step_y, pixels, a4, b4, c4, d4);
  store(channels > 5u, start + 5u * step_y, pixels, a5, b5, c5, d5);
  store(channels > 6u, start + 6u * step_y, pixels, a6, b6, c6, d6);
  store(channels > 7u, start + 7u * step_y, pixels, a7, b7, c7, d7);
}

// One written channel of the tile, where it exists, of as many pixels as there are.
fn store(exists: bool, index: u32, pixels: u32, a: vec4f, b: vec4f, c: vec4f, d: vec4f) {
  if (exists) {
    let lanes = parameters.grid.lanes;
    put(index, a);
    if (pixels > 1u) {
      put(index + lanes, b);
    }
    if (pixels > 2u) {
      put(index + 2u * lanes, c);
    }
    if (pixels > 3u) {
      put(index + 3u * lanes, d);
    }
  }
}

fn put(index: u32, value: vec4f) {
  var sum = value;
  if (parameters.grid.accumulate != 0u) {
    sum += y[index];
  }
  y[index] = sum;
}
