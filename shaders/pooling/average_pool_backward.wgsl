// AveragePool, backward: dx[p, q] = sum over the windows that hold (p, q) of dy[r, s] * row_scale[r] * column_scale[s].
// requires: lib/window/pool_backward
// One invocation: one input pixel of four samples. It visits all windows that can reach the pixel.
// GATED: the kernel applies the gates of the value to the cotangent that it writes.
#constant GATED 0
#if GATED
// requires: lib/gates
#end

struct Parameters {
  grid: Grid,
  size: vec2u, // of an input plane: rows, columns, as in the members below
  output_size: vec2u,
  kernel: vec2u,
  stride: vec2u,
  dilation: vec2u,
  padding: vec2u, // before the first row and column
#if GATED
  gate_plane: u32,
  gate_words: u32,
#end
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> scale: array<f32>; // [output rows], then [output columns]
@group(0) @binding(2) var<storage, read> dy: array<vec4f>; // [block][planes][output_size][lane]
#if GATED
@group(0) @binding(3) var<storage, read> gates: array<u32>; // [block][gate_words][lane]
#end
@group(0) @binding(${3 + GATED}) var<storage, read_write> dx: array<vec4f>; // [block][planes][size][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let at = place(p.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let pixel = at.tile % (p.size.x * p.size.y);
  let plane = (at.linear / p.grid.lanes) / (p.size.x * p.size.y); // counted over all blocks
  let padded = vec2u(pixel / p.size.y, pixel % p.size.y) + p.padding;
  let top = output_start(padded.x, p.kernel.x, p.stride.x, p.dilation.x);
  let bottom = output_end(padded.x, p.stride.x, p.output_size.x);
  let left = output_start(padded.y, p.kernel.y, p.stride.y, p.dilation.y);
  let right = output_end(padded.y, p.stride.y, p.output_size.y);

  var sum = vec4f(0.0);
  for (var r = top; r < bottom; r++) {
    for (var s = left; s < right; s++) {
      // A dilated window has holes. What lies over a hole is left out rather than multiplied by 0, since it need not be finite.
      let hit = all((padded - vec2u(r, s) * p.stride) % p.dilation == vec2u(0u));
      let share = scale[r] * scale[p.output_size.x + s] * dy[((plane * p.output_size.x + r) * p.output_size.y + s) * p.grid.lanes + at.lane];
      sum += select(vec4f(0.0), share, hit);
    }
  }
  var value = sum + select(vec4f(0.0), dx[at.linear], p.grid.accumulate != 0u);
#if GATED
  let word = gates[(at.block * parameters.gate_words + gate_word(at.tile, parameters.gate_plane)) * parameters.grid.lanes + at.lane];
  value = through_gate(value, word, gate_shift(at.tile, parameters.gate_plane));
#end
  dx[at.linear] = value;
}
