// Tanh, forward: y = sign(x) (1 - e) / (1 + e), e = e^(-2|x|).
// Not the built-in, which some drivers compute as sinh / cosh and which then overflows to NaN.
// requires: lib/grid
// One invocation: one element of four samples.

struct Parameters {
  grid: Grid,
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
  let e = exp(-2.0 * abs(v));
  // 1 - e cancels near 0: there the Taylor series of tanh to the ninth order, off by at most 0.009 * 0.25^11 = 2e-9, 9e-9 of the result.
  let s = v * v;
  let series = v * (1.0 + s * (-1.0 / 3.0 + s * (2.0 / 15.0 + s * (-17.0 / 315.0 + s * (62.0 / 2835.0)))));
  y[at.linear] = select(sign(v) * (1.0 - e) / (1.0 + e), series, abs(v) < vec4f(0.25));
}
