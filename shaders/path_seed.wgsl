// The cotangent of the network's output: for sample s, the seed vector of its image s / steps.
// requires: lib/grid
// One invocation: one class of four samples.

struct Parameters {
  grid: Grid,
  classes: u32,
  samples: u32, // of the whole request
  offset: u32, // the request's first sample in this chunk
  steps: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> seeds: array<f32>; // [images][classes]
@group(0) @binding(2) var<storage, read_write> cotangent: array<vec4f>; // [block][classes][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let first = parameters.offset + 4u * (at.block * parameters.grid.lanes + at.lane);
  var quad = vec4f(0.0);
  for (var i = 0u; i < 4u; i++) {
    let sample = min(first + i, parameters.samples - 1u);
    quad[i] = seeds[(sample / parameters.steps) * parameters.classes + at.tile];
  }
  cotangent[at.linear] = quad;
}
