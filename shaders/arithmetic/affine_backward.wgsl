// Affine, backward: dx = scale dy.
// requires: lib/grid
// One invocation: one element of four samples.
// GATED: the kernel applies the gates of the value to the cotangent that it writes.
#constant GATED 0
#if GATED
// requires: lib/gates
#end

struct Parameters {
  grid: Grid,
  scale_inner: u32,
  scale_period: u32,
#if GATED
  gate_plane: u32,
  gate_words: u32,
#end
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> scale: array<f32>; // [scale_period], element e takes scale[(e / scale_inner) % scale_period]
@group(0) @binding(2) var<storage, read> dy: array<vec4f>; // [block][elements][lane]
#if GATED
@group(0) @binding(3) var<storage, read> gates: array<u32>; // [block][gate_words][lane]
#end
@group(0) @binding(${3 + GATED}) var<storage, read_write> dx: array<vec4f>; // like dy

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
  var value = scale[(at.tile / parameters.scale_inner) % parameters.scale_period] * dy[at.linear];
  if (parameters.grid.accumulate != 0u) {
    value += dx[at.linear];
  }
#if GATED
  let word = gates[(at.block * parameters.gate_words + gate_word(at.tile, parameters.gate_plane)) * parameters.grid.lanes + at.lane];
  value = through_gate(value, word, gate_shift(at.tile, parameters.gate_plane));
#end
  dx[at.linear] = value;
}
