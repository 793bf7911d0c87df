// Elu, forward: y = x where x > 0, else alpha (e^x - 1).
// requires: lib/grid
// One invocation: one element of four samples.

struct Parameters {
  grid: Grid,
  alpha: f32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][elements][lane]
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>; // like x

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let v = x[at.linear];
  let negative = min(v, vec4f(0.0));
  // e^x - 1 cancels near 0: there its Taylor series to the fifth order, off by at most 0.125^6 / 6! = 5e-9, 4e-8 of the result.
  let series = negative * (1.0 + negative * (1.0 / 2.0 + negative * (1.0 / 6.0 + negative * (1.0 / 24.0 + negative * (1.0 / 120.0)))));
  let expm1 = select(exp(negative) - 1.0, series, negative > vec4f(-0.125));
  y[at.linear] = select(parameters.alpha * expm1, v, v > vec4f(0.0));
}
