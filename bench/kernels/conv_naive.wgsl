// y[s, o, r, q] = sum over c, i, j of w[o, c, i, j] * x[s, c, r * stride + i - padding, q * stride + j - padding]. With BACKWARD it is the
// gradient of x given that of y. Both are written as the formula reads, with tests at the edges of the planes.
// One invocation: one element of one sample.
#constant BACKWARD 0

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
@group(0) @binding(1) var<storage, read> x: array<f32>; // [samples][what is read]
@group(0) @binding(2) var<storage, read> weights: array<f32>; // [groups][outputs][channels][kernel][kernel]
@group(0) @binding(3) var<storage, read_write> y: array<f32>; // [samples][what is written]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let linear = id.y * groups.x * 64u + id.x;
#if BACKWARD
  let written = p.channels;
  let size = p.size;
#else
  let written = p.outputs;
  let size = p.output_size;
#end
  let plane = linear / (size * size);
  if (plane >= p.samples * p.groups * written) {
    return;
  }
  let row = i32(linear / size % size);
  let column = i32(linear % size);
  let channel = plane % written;
  let group = plane / written % p.groups;
  let first = plane / written; // the group, counted over all samples
  var sum = 0.0;
#if BACKWARD
  for (var o = 0u; o < p.outputs; o++) {
    for (var i = 0; i < i32(p.kernel); i++) {
      for (var j = 0; j < i32(p.kernel); j++) {
        let r = row + i32(p.padding) - i;
        let q = column + i32(p.padding) - j;
        let stride = i32(p.stride);
        if (r >= 0 && q >= 0 && r % stride == 0 && q % stride == 0 && r / stride < i32(p.output_size) && q / stride < i32(p.output_size)) {
          let tap = (((group * p.outputs + o) * p.channels + channel) * p.kernel + u32(i)) * p.kernel + u32(j);
          sum += weights[tap] * x[((first * p.outputs + o) * p.output_size + u32(r / stride)) * p.output_size + u32(q / stride)];
        }
      }
    }
  }
#else
  for (var c = 0u; c < p.channels; c++) {
    for (var i = 0; i < i32(p.kernel); i++) {
      for (var j = 0; j < i32(p.kernel); j++) {
        let r = row * i32(p.stride) + i - i32(p.padding);
        let q = column * i32(p.stride) + j - i32(p.padding);
        if (r >= 0 && q >= 0 && r < i32(p.size) && q < i32(p.size)) {
          let tap = (((group * p.outputs + channel) * p.channels + c) * p.kernel + u32(i)) * p.kernel + u32(j);
          sum += weights[tap] * x[((first * p.channels + c) * p.size + u32(r)) * p.size + u32(q)];
        }
      }
    }
  }
#end
  y[linear] = sum;
}
