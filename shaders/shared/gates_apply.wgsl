// Gates, applied to a cotangent in place: dy = dy where the gate is open, else 0. It follows kernels that cannot apply gates as they store.
// requires: lib/grid
// requires: lib/gates
// One invocation: the 8 channels of one gate word, at one place of the plane, of four samples.

struct Parameters {
  grid: Grid,
  elements: u32,
  gate_plane: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> gates: array<u32>; // [block][tiles][lane]
@group(0) @binding(2) var<storage, read_write> dy: array<vec4f>; // [block][elements][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let at = place(p.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let word = gates[at.linear];
  var element = first_of_word(at.tile, p.gate_plane);
  for (var shift = 0u; shift < 32u && element < p.elements; shift += 4u) {
    let index = (at.block * p.elements + element) * p.grid.lanes + at.lane;
    dy[index] = through_gate(dy[index], word, shift);
    element += p.gate_plane;
  }
}
