// Frame of pointwise functions: y = f(x), and with BACKWARD dx = f'(x) dy. With RESCALE it is
// dx = (f(x) - f(b)) / (x - b) dy, for samples x beside their twins b.
// A fragment, `shaders/elementwise/<function>.wgsl`, says `frame: pointwise` and declares `Parameters`, `fn value` (f) and `fn derivative`
// (f'). Both functions take and return four samples. Where a formula would lose digits to a difference, the fragment computes another form
// of it.
// requires: lib/grid
// One invocation: one element of four samples.
#constant BACKWARD 0
#constant RESCALE 0
#if RESCALE
// requires: lib/rescale
#end

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][elements][lane]
#if BACKWARD
#if RESCALE
@group(0) @binding(2) var<storage, read> y: array<vec4f>; // like x
#end
@group(0) @binding(${2 + RESCALE}) var<storage, read> dy: array<vec4f>; // like x
@group(0) @binding(${3 + RESCALE}) var<storage, read_write> dx: array<vec4f>; // like x
#else
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>; // like x
#end

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
#if BACKWARD
  let slope = derivative(x[at.linear]);
#if RESCALE
  let output = y[at.linear];
  var cotangent = divided_by_difference(output.xz - output.yw, slope.xz, x[at.linear]) * dy[at.linear];
#else
  var cotangent = slope * dy[at.linear];
#end
  if (parameters.grid.accumulate != 0u) {
    cotangent += dx[at.linear];
  }
  dx[at.linear] = cotangent;
#else
  y[at.linear] = value(x[at.linear]);
#end
}
