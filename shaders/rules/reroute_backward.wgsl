// Reroute, backward, to one of its inputs (src/ops/rules/reroute.ts). By ROUTE:
//   0, pass:     dd = dy
//   1, rectify:  dd = max(dy, 0)
//   2, share:    dd = factor dy / (d + epsilon sign(d)), with sign(0) = 1; 0 where the divisor is 0, and where side is not 0 and not y's sign
// requires: lib/grid
// One invocation: one element of four samples.
#constant ROUTE 0

struct Parameters {
  grid: Grid,
#if ROUTE == 2
  epsilon: f32,
  factor: f32,
  side: f32,
#end
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
#if ROUTE == 2
@group(0) @binding(1) var<storage, read> y: array<vec4f>; // [block][elements][lane]
@group(0) @binding(2) var<storage, read> d: array<vec4f>; // like y
@group(0) @binding(3) var<storage, read> dy: array<vec4f>; // like y
@group(0) @binding(4) var<storage, read_write> dd: array<vec4f>; // like y
#else
@group(0) @binding(1) var<storage, read> dy: array<vec4f>; // [block][elements][lane]
@group(0) @binding(2) var<storage, read_write> dd: array<vec4f>; // like dy
#end

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
  var cotangent = dy[at.linear];
#if ROUTE == 1
  cotangent = max(cotangent, vec4f(0.0));
#end
#if ROUTE == 2
  let denominator = d[at.linear];
  let divisor = denominator + select(vec4f(-parameters.epsilon), vec4f(parameters.epsilon), denominator >= vec4f(0.0));
  let on_side = vec4<bool>(parameters.side == 0.0) | (parameters.side * y[at.linear] > vec4f(0.0));
  let counts = on_side & (divisor != vec4f(0.0));
  cotangent = select(vec4f(0.0), parameters.factor * cotangent / select(vec4f(1.0), divisor, counts), counts);
#end
  if (parameters.grid.accumulate != 0u) {
    cotangent += dd[at.linear];
  }
  dd[at.linear] = cotangent;
}
