// y[s, n] = sum over k of x[s, k] * w[k, n], in the most obvious way.
// One invocation: one output of one sample.

struct Parameters {
  samples: u32,
  depth: u32,
  outputs: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<f32>; // [samples][depth]
@group(0) @binding(2) var<storage, read> weights: array<f32>; // [depth][outputs]
@group(0) @binding(3) var<storage, read_write> y: array<f32>; // [samples][outputs]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let linear = id.y * groups.x * 64u + id.x;
  if (linear >= p.samples * p.outputs) {
    return;
  }
  let output = linear % p.outputs;
  let from_x = linear / p.outputs * p.depth;
  var sum = 0.0;
  for (var k = 0u; k < p.depth; k++) {
    sum += x[from_x + k] * weights[k * p.outputs + output];
  }
  y[linear] = sum;
}
