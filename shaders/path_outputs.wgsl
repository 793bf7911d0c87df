// The network's outputs at the two ends of every path. The last two of an image's steps are alpha = 1 (the input) and alpha = 0 (the
// baseline): ends[image][0 or 1][class].
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
@group(0) @binding(1) var<storage, read> value: array<vec4f>; // [block][classes][lane]
@group(0) @binding(2) var<storage, read_write> ends: array<f32>; // [images][2][classes]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let first = parameters.offset + 4u * (at.block * parameters.grid.lanes + at.lane);
  let quad = value[at.linear];
  for (var i = 0u; i < 4u; i++) {
    let sample = first + i;
    let step = sample % parameters.steps;
    if (sample < parameters.samples && step + 2u >= parameters.steps) {
      let end = step + 2u - parameters.steps;
      ends[(2u * (sample / parameters.steps) + end) * parameters.classes + at.tile] = quad[i];
    }
  }
}
