// Puts the network's outputs into the order that is read back: outputs[s][class] = value[class] of sample s.
// requires: lib/grid
// One invocation: one class of four samples.

struct Parameters {
  grid: Grid,
  classes: u32,
  samples: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> value: array<vec4f>; // [block][classes][lane]
@group(0) @binding(2) var<storage, read_write> outputs: array<f32>; // [samples][classes]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let first = 4u * (at.block * parameters.grid.lanes + at.lane);
  let quad = value[at.linear];
  for (var i = 0u; i < 4u; i++) {
    if (first + i < parameters.samples) {
      outputs[(first + i) * parameters.classes + at.tile] = quad[i];
    }
  }
}
