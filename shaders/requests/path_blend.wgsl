// An affine value at all points of straight paths: h(a) = h(baseline) + a (h(input) - h(baseline)).
// requires: lib/path
// requires: lib/gates
// One invocation: one element of four samples. With RELU: y = max(h, 0) for the 8 channels of one gate word.
#constant RELU 0

struct Parameters {
  grid: Grid,
  elements: u32,
#if RELU
  channels: u32,
  plane: u32, // elements of a channel
#end
  ends_lanes: u32,
  samples: u32, // of the whole request
  offset: u32, // the request's first sample in this chunk
  steps: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> ends: array<vec2f>; // [block][elements][lane][2 paths], (input, baseline)
@group(0) @binding(2) var<storage, read> alphas: array<vec4f>; // [steps / 4]
#if RELU
@group(0) @binding(3) var<storage, read_write> gates: array<u32>; // [block][tiles of 8 channels][plane][lane]
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>; // [block][elements][lane]
#else
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>; // [block][elements][lane]
#end

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let at = place(p.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let path = path_of(at.block * p.grid.lanes + at.lane, p.offset, p.samples, p.steps);
  let alpha = alphas[path.step / 4u];
#if RELU
  let channel = at.tile / p.plane * 8u;
  let count = min(8u, p.channels - channel);
  var element = channel * p.plane + at.tile % p.plane;
  var word = 0u;
  for (var c = 0u; c < count; c++) {
    let value = blend(ends[ends_index(path.image, element, p.elements, p.ends_lanes)], alpha);
    word |= gate_bits(value, 4u * c);
    y[(at.block * p.elements + element) * p.grid.lanes + at.lane] = rectified(value);
    element += p.plane;
  }
  gates[at.linear] = word;
#else
  y[at.linear] = blend(ends[ends_index(path.image, at.tile, p.elements, p.ends_lanes)], alpha);
#end
}
