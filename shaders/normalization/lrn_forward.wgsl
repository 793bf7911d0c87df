// LRN, forward: y = x / s^beta with s = bias + factor * sum of x^2. The sum is over `before` channels before this one up to `after` after
// it.
// requires: lib/grid
// requires: lib/math/power
// One invocation: one element of four samples.

struct Parameters {
  grid: Grid,
  channels: u32,
  plane: u32,
  before: u32,
  after: u32,
  beta: f32,
  factor: f32, // alpha / size
  bias: f32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][elements][lane]
@group(0) @binding(2) var<storage, read_write> divisors: array<vec4f>; // like x: s
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>; // like x

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let at = place(p.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let channel = at.tile / p.plane % p.channels;
  let first = channel - min(channel, p.before);
  let end = min(channel + p.after + 1u, p.channels);
  let step = p.plane * p.grid.lanes;
  var index = at.linear - (channel - first) * step;
  var sum = vec4f(0.0);
  for (var c = first; c < end; c++) {
    sum += x[index] * x[index];
    index += step;
  }
  let s = p.bias + p.factor * sum;
  divisors[at.linear] = s;
  y[at.linear] = x[at.linear] * power(s, vec4f(-p.beta));
}
