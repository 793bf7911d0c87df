// A 3x3 convolution with stride 1, padding 1 and one group. The inputs of a tile of 8 x 8 outputs, 10 x 10 of one channel, lie in workgroup
// memory, with a barrier before and after each channel.
// One workgroup: 8 x 8 outputs of one channel of one sample; one invocation: one of them.

struct Parameters {
  samples: u32,
  groups: u32,
  channels: u32, // input channels of a group
  outputs: u32, // output channels of a group
  size: u32, // of the square input planes
  output_size: u32,
  kernel: u32,
  stride: u32,
  padding: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<f32>; // [samples][channels][size][size]
@group(0) @binding(2) var<storage, read> weights: array<f32>; // [outputs][channels][3][3]
@group(0) @binding(3) var<storage, read_write> y: array<f32>; // [samples][outputs][size][size]

var<workgroup> halo: array<f32, 100>;

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(local_invocation_id) local: vec3u, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let tile = group.y * groups.x + group.x;
  let tiles = (p.size + 7u) / 8u;
  let top = i32(tile / tiles % tiles * 8u);
  let left = i32(tile % tiles * 8u);
  let plane = tile / (tiles * tiles);
  let sample = plane / p.outputs;
  let output = plane % p.outputs;
  let row = local.x / 8u;
  let column = local.x % 8u;
  let edge = i32(p.size) - 1;
  var sum = 0.0;
  for (var c = 0u; c < p.channels; c++) {
    for (var at = local.x; at < 100u; at += 64u) {
      let r = top + i32(at / 10u) - 1;
      let q = left + i32(at % 10u) - 1;
      let inside = r >= 0 && q >= 0 && r <= edge && q <= edge;
      let index = ((sample * p.channels + c) * p.size + u32(clamp(r, 0, edge))) * p.size + u32(clamp(q, 0, edge));
      halo[at] = select(0.0, x[index], inside);
    }
    workgroupBarrier();
    for (var i = 0u; i < 3u; i++) {
      for (var j = 0u; j < 3u; j++) {
        sum += weights[((output * p.channels + c) * 3u + i) * 3u + j] * halo[(row + i) * 10u + column + j];
      }
    }
    workgroupBarrier();
  }
  if (top + i32(row) <= edge && left + i32(column) <= edge) {
    y[(plane * p.size + u32(top) + row) * p.size + u32(left) + column] = sum;
  }
}
