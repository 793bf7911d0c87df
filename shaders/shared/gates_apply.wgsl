// Gates, applied to a cotangent in place: dy = dy where the gate is open, else 0. It follows kernels that cannot apply gates as they store.
// requires: lib/grid
// requires: lib/gates
// One invocation: one element of four samples.

struct Parameters {
  grid: Grid,
  gate_plane: u32,
  gate_words: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> gates: array<u32>; // [block][gate_words][lane]
@group(0) @binding(2) var<storage, read_write> dy: array<vec4f>; // [block][elements][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let at = place(p.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let word = gates[(at.block * p.gate_words + gate_word(at.tile, p.gate_plane)) * p.grid.lanes + at.lane];
  dy[at.linear] = through_gate(dy[at.linear], word, gate_shift(at.tile, p.gate_plane));
}
