// Dense: y[m, n] = bias[n] + sum over k of x[m, k] * w[k, n]. Backward it is the same product with the transposed weights and no bias:
// dx[m, k] = sum over n of dy[m, n] * w[k, n].
// requires: lib/grid
// One invocation: 16 outputs of one row x 4 samples, 16 vec4f in registers.

struct Parameters {
  grid: Grid,
  rows: u32, // m
  depth: u32, // k
  outputs: u32, // n
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][rows][depth][lane]
@group(0) @binding(2) var<storage, read> weights: array<vec4f>; // [tiles of 16 outputs][depth][4], zeros past the last output
@group(0) @binding(3) var<storage, read> bias: array<vec4f>; // [tiles of 16 outputs][4]
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>; // [block][rows][outputs][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let at = place(p.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let lanes = p.grid.lanes;
  let row = at.block * p.rows + at.tile % p.rows; // of all blocks
  let tile = at.tile / p.rows;
  let bias0 = bias[tile * 4u];
  let bias1 = bias[tile * 4u + 1u];
  let bias2 = bias[tile * 4u + 2u];
  let bias3 = bias[tile * 4u + 3u];
  var y0 = vec4f(bias0.x);
  var y1 = vec4f(bias0.y);
  var y2 = vec4f(bias0.z);
  var y3 = vec4f(bias0.w);
  var y4 = vec4f(bias1.x);
  var y5 = vec4f(bias1.y);
  var y6 = vec4f(bias1.z);
  var y7 = vec4f(bias1.w);
  var y8 = vec4f(bias2.x);
  var y9 = vec4f(bias2.y);
  var y10 = vec4f(bias2.z);
  var y11 = vec4f(bias2.w);
  var y12 = vec4f(bias3.x);
  var y13 = vec4f(bias3.y);
  var y14 = vec4f(bias3.z);
  var y15 = vec4f(bias3.w);

  var from_x = row * p.depth * lanes + at.lane;
  var w = tile * p.depth * 4u;
  for (var k = 0u; k < p.depth; k++) {
    let value = x[from_x];
    let w0 = weights[w];
    let w1 = weights[w + 1u];
    let w2 = weights[w + 2u];
    let w3 = weights[w + 3u];
    y0 += value * w0.x;
    y1 += value * w0.y;
    y2 += value * w0.z;
    y3 += value * w0.w;
    y4 += value * w1.x;
    y5 += value * w1.y;
    y6 += value * w1.z;
    y7 += value * w1.w;
    y8 += value * w2.x;
    y9 += value * w2.y;
    y10 += value * w2.z;
    y11 += value * w2.w;
    y12 += value * w3.x;
    y13 += value * w3.y;
    y14 += value * w3.z;
    y15 += value * w3.w;
    from_x += lanes;
    w += 4u;
  }

  let first = tile * 16u;
  let count = p.outputs - first;
  let start = (row * p.outputs + first) * lanes + at.lane;
  store(true, start, y0);
  store(count > 1u, start + lanes, y1);
  store(count > 2u, start + lanes * 2u, y2);
  store(count > 3u, start + lanes * 3u, y3);
  store(count > 4u, start + lanes * 4u, y4);
  store(count > 5u, start + lanes * 5u, y5);
  store(count > 6u, start + lanes * 6u, y6);
  store(count > 7u, start + lanes * 7u, y7);
  store(count > 8u, start + lanes * 8u, y8);
  store(count > 9u, start + lanes * 9u, y9);
  store(count > 10u, start + lanes * 10u, y10);
  store(count > 11u, start + lanes * 11u, y11);
  store(count > 12u, start + lanes * 12u, y12);
  store(count > 13u, start + lanes * 13u, y13);
  store(count > 14u, start + lanes * 14u, y14);
  store(count > 15u, start + lanes * 15u, y15);
}

fn store(exists: bool, index: u32, value: vec4f) {
  if (exists) {
    y[index] = value + select(vec4f(0.0), y[index], parameters.grid.accumulate != 0u);
  }
}
