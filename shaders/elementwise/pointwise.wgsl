// Frame of pointwise functions: y = f(x), and with BACKWARD dx = f'(x) dy.
// A fragment, `shaders/elementwise/<function>.wgsl`, says `frame: pointwise` and declares `Parameters`, `fn value` (f) and `fn derivative`
// (f'). Both functions take and return four samples. Where a formula would lose digits to a difference, the fragment computes another form
// of it.
// requires: lib/grid
// One invocation: one element of four samples.
#constant BACKWARD 0

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][elements][lane]
#if BACKWARD
@group(0) @binding(2) var<storage, read> dy: array<vec4f>; // like x
@group(0) @binding(3) var<storage, read_write> dx: array<vec4f>; // like x
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
  var cotangent = derivative(x[at.linear]) * dy[at.linear];
  if (parameters.grid.accumulate != 0u) {
    cotangent += dx[at.linear];
  }
  dx[at.linear] = cotangent;
#else
  y[at.linear] = value(x[at.linear]);
#end
}
