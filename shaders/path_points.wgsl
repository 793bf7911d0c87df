// The points of straight paths: value of sample s = baseline + alpha (input - baseline), where sample s is step s % steps of image s / steps.
// requires: lib/grid
// One invocation: one element of four samples. Samples past the last repeat it, so that nothing undefined is computed.
// At alpha = 1 the input itself is taken: baseline + (input - baseline) need not be equal to it in float32.

struct Parameters {
  grid: Grid,
  elements: u32,
  samples: u32, // of the whole request
  offset: u32, // the request's first sample in this chunk
  steps: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> inputs: array<f32>; // [images][elements]
@group(0) @binding(2) var<storage, read> baselines: array<f32>; // [images][elements]
@group(0) @binding(3) var<storage, read> alphas: array<f32>; // [steps]
@group(0) @binding(4) var<storage, read_write> value: array<vec4f>; // [block][elements][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let first = parameters.offset + 4u * (at.block * parameters.grid.lanes + at.lane);
  var quad = vec4f(0.0);
  for (var i = 0u; i < 4u; i++) {
    let sample = min(first + i, parameters.samples - 1u);
    let element = (sample / parameters.steps) * parameters.elements + at.tile;
    let alpha = alphas[sample % parameters.steps];
    let input = inputs[element];
    let baseline = baselines[element];
    quad[i] = select(baseline + alpha * (input - baseline), input, alpha == 1.0);
  }
  value[at.linear] = quad;
}
