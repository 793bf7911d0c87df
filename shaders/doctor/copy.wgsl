// Reads every vec4f of a buffer once and writes it to another: what a device's memory lets through.
// One invocation: one vec4f.

struct Parameters {
  count: u32,
  row: u32, // invocations in a row of workgroups
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [count]
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>; // [count]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * parameters.row + id.x;
  if (index < parameters.count) {
    y[index] = x[index];
  }
}
