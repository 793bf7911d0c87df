// The network's outputs at the two ends of every path: ends[image][0 (the input) or 1 (the baseline)][class].
// requires: lib/path
// One invocation: one class of four samples.

struct Parameters {
  grid: Grid,
  classes: u32,
  samples: u32, // of the whole request
  offset: u32, // the request's first sample in this chunk
  steps: u32,
  first_end: u32, // the step that is the input; the next is the baseline
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> value: array<vec4f>; // [block][classes][lane]
@group(0) @binding(2) var<storage, read_write> ends: array<f32>; // [images][2][classes]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let at = place(p.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let index = at.block * p.grid.lanes + at.lane;
  let path = path_of(index, p.offset, p.samples, p.steps);
  let quad = value[at.linear];
  for (var i = 0u; i < 4u; i++) {
    let end = path.step + i - p.first_end; // wraps to a large number before the ends
    if (end < 2u && p.offset + 4u * index < p.samples) {
      ends[(2u * path.image + end) * p.classes + at.tile] = quad[i];
    }
  }
}
