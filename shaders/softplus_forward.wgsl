// Softplus, forward: y = log(1 + e^x) = max(x, 0) + log(1 + e), e = e^-|x|.
// log(1 + e) loses a small e in 1 + e. It is 2 atanh(s) with s = e / (2 + e) <= 1/3 instead, by its series: the first term left out
// is s^14 / 15 = 1e-8 of the result.
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
  let e = exp(-abs(v));
  let s = e / (2.0 + e);
  let q = s * s;
  let series = 1.0 + q * (1.0 / 3.0 + q * (1.0 / 5.0 + q * (1.0 / 7.0 + q * (1.0 / 9.0 + q * (1.0 / 11.0 + q * (1.0 / 13.0))))));
  y[at.linear] = max(v, vec4f(0.0)) + 2.0 * s * series;
}
