// y[s, n] = sum over k of x[s, k] * w[k, n], as textbooks do it on a GPU: 8 x 8 tiles of both factors in workgroup memory, with a barrier
// before and after each step of 8 along k.
// One workgroup: 8 samples x 8 outputs; one invocation: one of them.

struct Parameters {
  samples: u32,
  depth: u32,
  outputs: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<f32>; // [samples][depth]
@group(0) @binding(2) var<storage, read> weights: array<f32>; // [depth][outputs]
@group(0) @binding(3) var<storage, read_write> y: array<f32>; // [samples][outputs]

var<workgroup> tile_x: array<f32, 64>;
var<workgroup> tile_w: array<f32, 64>;

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(local_invocation_id) local: vec3u, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let tile = group.y * groups.x + group.x;
  let tiles = (p.outputs + 7u) / 8u;
  let row = local.x / 8u;
  let column = local.x % 8u;
  let sample = tile / tiles * 8u + row;
  let output = tile % tiles * 8u + column;
  var sum = 0.0;
  for (var k = 0u; k < p.depth; k += 8u) {
    let inside_x = sample < p.samples && k + column < p.depth;
    let inside_w = output < p.outputs && k + row < p.depth;
    tile_x[local.x] = select(0.0, x[min(sample, p.samples - 1u) * p.depth + min(k + column, p.depth - 1u)], inside_x);
    tile_w[local.x] = select(0.0, weights[min(k + row, p.depth - 1u) * p.outputs + min(output, p.outputs - 1u)], inside_w);
    workgroupBarrier();
    for (var i = 0u; i < 8u; i++) {
      sum += tile_x[row * 8u + i] * tile_w[i * 8u + column];
    }
    workgroupBarrier();
  }
  if (sample < p.samples && output < p.outputs) {
    y[sample * p.outputs + output] = sum;
  }
}
