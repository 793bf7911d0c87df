// The ends of straight paths: sample 2 i is the input of path i, sample 2 i + 1 its baseline.
// requires: lib/grid
// One invocation: one element of four samples, which are two paths. Paths past the last repeat it, so that no value is undefined.

struct Parameters {
  grid: Grid,
  elements: u32,
  images: u32, // of this request
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> inputs: array<f32>; // [images][elements]
@group(0) @binding(2) var<storage, read> baselines: array<f32>; // [images][elements]
@group(0) @binding(3) var<storage, read_write> value: array<vec4f>; // [block][elements][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let at = place(p.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let image = 2u * (at.block * p.grid.lanes + at.lane);
  let first = min(image, p.images - 1u) * p.elements + at.tile;
  let second = min(image + 1u, p.images - 1u) * p.elements + at.tile;
  value[at.linear] = vec4f(inputs[first], baselines[first], inputs[second], baselines[second]);
}
