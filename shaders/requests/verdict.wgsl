// What the outputs say about a class: verdicts[s] = (predicted class, output of the target - largest other output, probability of the
// target, 0). Of equal outputs the first is predicted. The probability is the softmax, or where each class has one of its own
// (by_sigmoid) the sigmoid of the target's output.
// requires: lib/grid
// One invocation: four samples.

struct Parameters {
  grid: Grid,
  classes: u32,
  samples: u32,
  wanted: u32,
  by_sigmoid: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> value: array<vec4f>; // [block][classes][lane]
@group(0) @binding(2) var<storage, read_write> verdicts: array<vec4f>; // [samples]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let lanes = parameters.grid.lanes;
  let base = at.block * parameters.classes * lanes + at.lane;
  var largest = value[base];
  var predicted = vec4f(0.0);
  var rival = vec4f(-3.0e38);
  let score = value[base + parameters.wanted * lanes];
  for (var index = 0u; index < parameters.classes; index++) {
    let output = value[base + index * lanes];
    predicted = select(predicted, vec4f(f32(index)), output > largest);
    largest = max(largest, output);
    if (index != parameters.wanted) {
      rival = max(rival, output);
    }
  }
  var sum = vec4f(0.0);
  for (var index = 0u; index < parameters.classes; index++) {
    sum += exp(value[base + index * lanes] - largest);
  }
  let probability = select(exp(score - largest) / sum, 1.0 / (1.0 + exp(-score)), parameters.by_sigmoid == 1u);
  let margin = score - rival;
  let first = 4u * (at.block * lanes + at.lane);
  for (var i = 0u; i < 4u; i++) {
    if (first + i < parameters.samples) {
      verdicts[first + i] = vec4f(predicted[i], margin[i], probability[i], 0.0);
    }
  }
}
