// The cotangent of a value after which the network is linear. Every sample gets that of its image, since it is the same at all points of a
// path.
// requires: lib/path
// One invocation: one element of four samples. GATED: the kernel applies the gates of the value, and an invocation has the 8 channels of a
// gate word, at one place of the plane.
#constant GATED 0
#if GATED
// requires: lib/gates
#end

struct Parameters {
  grid: Grid,
  elements: u32,
#if GATED
  gate_plane: u32,
#end
  images_lanes: u32,
  samples: u32, // of the whole request
  offset: u32, // the request's first sample in this chunk
  steps: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> of_images: array<f32>; // [block][elements][lane][4 images]
#if GATED
@group(0) @binding(2) var<storage, read> gates: array<u32>; // [block][tiles][lane]
@group(0) @binding(3) var<storage, read_write> cotangent: array<vec4f>; // [block][elements][lane]
#else
@group(0) @binding(2) var<storage, read_write> cotangent: array<vec4f>; // [block][elements][lane]
#end

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let at = place(p.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let image = path_of(at.block * p.grid.lanes + at.lane, p.offset, p.samples, p.steps).image;
  let quad = image / 4u;
  let first = (quad / p.images_lanes * p.elements * p.images_lanes + quad % p.images_lanes) * 4u + image % 4u;
#if GATED
  let word = gates[at.linear];
  var element = first_of_word(at.tile, p.gate_plane);
  for (var shift = 0u; shift < 32u && element < p.elements; shift += 4u) {
    let value = vec4f(of_images[first + element * p.images_lanes * 4u]);
    cotangent[(at.block * p.elements + element) * p.grid.lanes + at.lane] = through_gate(value, word, shift);
    element += p.gate_plane;
  }
#else
  cotangent[at.linear] = vec4f(of_images[first + at.tile * p.images_lanes * 4u]);
#end
}
