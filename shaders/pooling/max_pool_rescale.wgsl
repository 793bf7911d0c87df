// MaxPool, backward by DeepLIFT's rescale rule, of samples beside their twins, the baselines (src/ops/pooling/max_pool.ts). With m = max(y,
// y_b),
//   dx[p, q] (x - b)[p, q] = sum of dy (m - y_b) over the windows whose maximum in x was found at (p, q)
//                          + sum of dy (y - m) over the windows whose maximum in b was found at (p, q)
// Where x - b is at most NEAR (lib/rescale), dx is that of max_pool_backward.
// requires: lib/window/pool
// requires: lib/window/pool_backward
// requires: lib/rescale
// One invocation: one input pixel of two samples and their twins. It visits all windows that can reach the pixel.
// WIDE: codes as in max_pool_forward.
#constant WIDE 0
#if !WIDE
// requires: lib/codes
#end

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][planes][size][lane]
#if WIDE
@group(0) @binding(2) var<storage, read> codes: array<vec4u>; // like y
#else
@group(0) @binding(2) var<storage, read> codes: array<u32>; // like y, one word for each element
#end
@group(0) @binding(3) var<storage, read> y: array<vec4f>; // [block][planes][output_size][lane]
@group(0) @binding(4) var<storage, read> dy: array<vec4f>; // like y
@group(0) @binding(5) var<storage, read_write> dx: array<vec4f>; // like x

#include lib/window/codes_at

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let at = place(p.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let pixel = at.tile % (p.size.x * p.size.y);
  let planes = p.grid.tiles / (p.size.x * p.size.y);
  let plane = at.block * planes + at.tile / (p.size.x * p.size.y); // counted over all blocks
  let padded = vec2u(pixel / p.size.y, pixel % p.size.y) + p.padding;
  let top = output_start(padded.x, p.kernel.x, p.stride.x, p.dilation.x);
  let bottom = output_end(padded.x, p.stride.x, p.output_size.x);
  let left = output_start(padded.y, p.kernel.y, p.stride.y, p.dilation.y);
  let right = output_end(padded.y, p.stride.y, p.output_size.y);

  var rise = vec2f(0.0);
  var gradient = vec2f(0.0);
  for (var r = top; r < bottom; r++) {
    for (var s = left; s < right; s++) {
      let index = ((plane * p.output_size.x + r) * p.output_size.y + s) * p.grid.lanes + at.lane;
      let code = code_over(padded - vec2u(r, s) * p.stride);
      let found = codes_at(index) == vec4u(code);
      let pooled = y[index];
      let largest = max(pooled.xz, pooled.yw);
      let slope = dy[index].xz;
      rise += select(vec2f(0.0), slope * (largest - pooled.yw), found.xz);
      rise += select(vec2f(0.0), slope * (pooled.xz - largest), found.yw);
      gradient += select(vec2f(0.0), slope, found.xz);
    }
  }
  var cotangent = divided_by_difference(rise, gradient, x[at.linear]);
  if (p.grid.accumulate != 0u) {
    cotangent += dx[at.linear];
  }
  dx[at.linear] = cotangent;
}
