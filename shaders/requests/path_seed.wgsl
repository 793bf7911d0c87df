// The cotangent of the network's output: every sample gets the seed vector of its path.
// requires: lib/path
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
  let p = parameters;
  let at = place(p.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let path = path_of(at.block * p.grid.lanes + at.lane, p.offset, p.samples, p.steps);
  cotangent[at.linear] = vec4f(seeds[path.image * p.classes + at.tile]);
}
