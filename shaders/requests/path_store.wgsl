// Takes the gradients of a request out of the network's layout: gradients[image][element].
// requires: lib/grid
// One invocation: one element of four images.

struct Parameters {
  grid: Grid,
  elements: u32,
  images: u32, // of this request
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> cotangent: array<vec4f>; // [block][elements][lane]
@group(0) @binding(2) var<storage, read_write> gradients: array<f32>; // [images][elements]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let at = place(p.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let first = 4u * (at.block * p.grid.lanes + at.lane);
  let quad = cotangent[at.linear];
  let index = first * p.elements + at.tile;
#for i in 0..4
  if (first + ${i}u < p.images) {
    gradients[index + ${i}u * p.elements] = quad[$i];
  }
#end
}
