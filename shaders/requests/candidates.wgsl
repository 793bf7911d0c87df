// Edited versions of one image. Candidate i is (sequence, length, first, second). It changes the patches whose rank in the sequence is
// below the length, except that `first` and `second` are toggled. The pixels of a changed patch take their channels from `paint`.
// requires: lib/grid
// One invocation: one element of four candidates. Samples past the last candidate repeat it, so that no value is undefined.

struct Parameters {
  grid: Grid,
  samples: u32,
  pixels: u32,
  patches: u32,
  channels: u32,
  channelsLast: u32, // 1: element = pixel * channels + channel; 0: channel * pixels + pixel
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> image: array<f32>; // [elements]
@group(0) @binding(2) var<storage, read> paint: array<f32>; // [elements]
@group(0) @binding(3) var<storage, read> patches: array<u32>; // [pixels]
@group(0) @binding(4) var<storage, read> ranks: array<u32>; // [sequences][patches]
@group(0) @binding(5) var<storage, read> candidates: array<vec4u>; // [samples]
@group(0) @binding(6) var<storage, read_write> value: array<vec4f>; // [block][elements][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let pixel = select(at.tile % parameters.pixels, at.tile / parameters.channels, parameters.channelsLast == 1u);
  let member = patches[pixel]; // `patch` is a word of WGSL
  let first = 4u * (at.block * parameters.grid.lanes + at.lane);
  let kept = image[at.tile];
  let painted = paint[at.tile];
  var quad = vec4f(0.0);
  for (var i = 0u; i < 4u; i++) {
    let candidate = candidates[min(first + i, parameters.samples - 1u)];
    let inPrefix = ranks[candidate.x * parameters.patches + member] < candidate.y;
    let toggled = (member == candidate.z) != (member == candidate.w);
    quad[i] = select(kept, painted, inPrefix != toggled);
  }
  value[at.linear] = quad;
}
