// The weighted sum over alphas: sums[image][element] += sum_k weights[k] * cotangent[element] of the image's step k, over this chunk's samples.
// requires: lib/grid
// One invocation: one element of one image. Sums are made in runs of 32 steps and then over the runs: adding 1,024 alphas one after the
// other costs a decimal digit, and compensated sums are undone by fast-math compilers. Runs start at multiples of 32 of the step, so
// that a split into chunks changes the order of the additions only where it falls.

struct Parameters {
  grid: Grid,
  elements: u32,
  samples: u32, // of this chunk
  offset: u32, // the request's first sample in this chunk
  steps: u32,
  firstImage: u32, // that has samples in this chunk
  images: u32, // that have samples in this chunk
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> cotangent: array<vec4f>; // [block][elements][lane]
@group(0) @binding(2) var<storage, read> weights: array<f32>; // [steps]
@group(0) @binding(3) var<storage, read_write> sums: array<f32>; // [images][elements]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let linear = id.y * groups.x * 64u + id.x;
  if (linear >= parameters.images * parameters.elements) {
    return;
  }
  let element = linear % parameters.elements;
  let image = parameters.firstImage + linear / parameters.elements;
  let lanes = parameters.grid.lanes;
  let start = image * parameters.steps;
  let end = min(start + parameters.steps, parameters.offset + parameters.samples);
  var sample = max(start, parameters.offset);
  var total = 0.0;
  while (sample < end) {
    let step = sample - start;
    let stop = min(end, start + (step / 32u + 1u) * 32u);
    var run = 0.0;
    for (; sample < stop; sample++) {
      let local = sample - parameters.offset;
      let quad = local / 4u;
      let row = (quad / lanes) * parameters.elements + element;
      run += weights[sample - start] * cotangent[row * lanes + quad % lanes][local % 4u];
    }
    total += run;
  }
  sums[image * parameters.elements + element] += total;
}
