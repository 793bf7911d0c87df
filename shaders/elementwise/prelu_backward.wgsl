// PRelu with a constant slope, backward: dx = dy where x > 0, else s dy.
// RESCALE: dx = (y(x) - y(b)) / (x - b) dy, for samples x beside their twins b.
// requires: lib/grid
// One invocation: one element of four samples.
#constant RESCALE 0
#if RESCALE
// requires: lib/rescale
#end

struct Parameters {
  grid: Grid,
  inner: u32,
  period: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][elements][lane]
@group(0) @binding(2) var<storage, read> slope: array<f32>; // [period], element e takes slope[(e / inner) % period]
#if RESCALE
@group(0) @binding(3) var<storage, read> y: array<vec4f>; // like x
#end
@group(0) @binding(${3 + RESCALE}) var<storage, read> dy: array<vec4f>; // like x
@group(0) @binding(${4 + RESCALE}) var<storage, read_write> dx: array<vec4f>; // like x

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let s = slope[(at.tile / parameters.inner) % parameters.period];
  let cotangent = dy[at.linear];
#if RESCALE
  let output = y[at.linear];
  let tangent = select(vec4f(s), vec4f(1.0), x[at.linear] > vec4f(0.0));
  var value = divided_by_difference(output.xz - output.yw, tangent.xz, x[at.linear]) * cotangent;
#else
  var value = select(s * cotangent, cotangent, x[at.linear] > vec4f(0.0));
#end
  if (parameters.grid.accumulate != 0u) {
    value += dx[at.linear];
  }
  dx[at.linear] = value;
}
