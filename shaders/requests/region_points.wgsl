// Points of a straight path and their twins, side by side: element = baseline + alpha (input - baseline), and the same at the twin's alpha.
// requires: lib/grid
// One invocation: one element of two points and their twins. Points past the last repeat it, so that nothing undefined is computed.

struct Parameters {
  grid: Grid,
  samples: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> input: array<f32>; // [elements]
@group(0) @binding(2) var<storage, read> baseline: array<f32>; // [elements]
@group(0) @binding(3) var<storage, read> points: array<vec2f>; // [samples]: alpha, and that of the twin
@group(0) @binding(4) var<storage, read_write> value: array<vec4f>; // [block][elements][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let first = 2u * (at.block * parameters.grid.lanes + at.lane);
  let last = parameters.samples - 1u;
  let alphas = vec4f(points[min(first, last)], points[min(first + 1u, last)]);
  let start = baseline[at.tile];
  let end = input[at.tile];
  // At an end the value is exactly the one there (lib/path says why).
  let between = start + alphas * (end - start);
  value[at.linear] = select(select(between, vec4f(start), alphas == vec4f(0.0)), vec4f(end), alphas == vec4f(1.0));
}
