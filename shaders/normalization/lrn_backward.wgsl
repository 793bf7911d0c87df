// LRN, backward: dx = dy / s^beta - 2 beta factor x * sum of dy y / s. The sum is over the channels whose windows hold this channel, which
// are the `after` channels before it, itself, and the `before` channels after it.
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
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][elements][lane]
@group(0) @binding(2) var<storage, read> y: array<vec4f>; // like x
@group(0) @binding(3) var<storage, read> divisors: array<vec4f>; // like x: s
@group(0) @binding(4) var<storage, read> dy: array<vec4f>; // like x
@group(0) @binding(5) var<storage, read_write> dx: array<vec4f>; // like x

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let at = place(p.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let channel = at.tile / p.plane % p.channels;
  let first = channel - min(channel, p.after);
  let end = min(channel + p.before + 1u, p.channels);
  let step = p.plane * p.grid.lanes;
  var index = at.linear - (channel - first) * step;
  var sum = vec4f(0.0);
  for (var c = first; c < end; c++) {
    sum += dy[index] * y[index] / divisors[index];
    index += step;
  }
  var value = dy[at.linear] * power(divisors[at.linear], vec4f(-p.beta)) - 2.0 * p.beta * p.factor * x[at.linear] * sum;
  if (p.grid.accumulate != 0u) {
    value += dx[at.linear];
  }
  dx[at.linear] = value;
}
