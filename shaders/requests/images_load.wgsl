// Lays images out for the network: value[element] of sample s = images[s][element].
// requires: lib/grid
// One invocation: one element of four samples. Samples past the last image repeat it, so that nothing undefined is computed.

struct Parameters {
  grid: Grid,
  elements: u32,
  samples: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> images: array<f32>; // [samples][elements]
@group(0) @binding(2) var<storage, read_write> value: array<vec4f>; // [block][elements][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let first = 4u * (at.block * parameters.grid.lanes + at.lane);
  var quad = vec4f(0.0);
  for (var i = 0u; i < 4u; i++) {
    let sample = min(first + i, parameters.samples - 1u);
    quad[i] = images[sample * parameters.elements + at.tile];
  }
  value[at.linear] = quad;
}
