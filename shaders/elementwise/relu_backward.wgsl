// Relu, backward: dx = dy where the gate of y is open, else 0 (the derivative at 0 is 0).
// requires: lib/grid
// requires: lib/gates
// One invocation: the 8 channels of one gate word, at one place of the plane, of four samples.

struct Parameters {
  grid: Grid,
  channels: u32,
  plane: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> gates: array<u32>; // [block][tiles of 8 channels][plane][lane]
@group(0) @binding(2) var<storage, read> dy: array<vec4f>; // [block][channels][plane][lane]
@group(0) @binding(3) var<storage, read_write> dx: array<vec4f>; // like dy

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let at = place(p.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let channel = at.tile / p.plane * 8u;
  let count = min(p.channels - channel, 8u);
  let word = gates[at.linear];
  var index = ((at.block * p.channels + channel) * p.plane + at.tile % p.plane) * p.grid.lanes + at.lane;
  for (var c = 0u; c < count; c++) {
    var value = through_gate(dy[index], word, c * 4u);
    if (p.grid.accumulate != 0u) {
      value += dx[index];
    }
    dx[index] = value;
    index += p.plane * p.grid.lanes;
  }
}
