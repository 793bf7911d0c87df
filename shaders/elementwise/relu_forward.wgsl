// Relu, forward: y = max(x, 0) and its gates. With ADDEND y = max(x + addend, 0), for a residual connection.
// requires: lib/grid
// requires: lib/gates
// One invocation: the 8 channels of one gate word, at one place of the plane, of four samples.
#constant ADDEND 0

struct Parameters {
  grid: Grid,
  channels: u32,
  plane: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][channels][plane][lane]
#if ADDEND
@group(0) @binding(2) var<storage, read> addend: array<vec4f>; // like x
#end
@group(0) @binding(${2 + ADDEND}) var<storage, read_write> gates: array<u32>; // [block][tiles of 8 channels][plane][lane]
@group(0) @binding(${3 + ADDEND}) var<storage, read_write> y: array<vec4f>; // like x

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let at = place(p.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let channel = at.tile / p.plane * 8u;
  let count = min(p.channels - channel, 8u);
  var index = ((at.block * p.channels + channel) * p.plane + at.tile % p.plane) * p.grid.lanes + at.lane;
  var word = 0u;
  for (var c = 0u; c < count; c++) {
#if ADDEND
    let value = x[index] + addend[index];
#else
    let value = x[index];
#end
    word |= gate_bits(value, c * 4u);
    y[index] = rectified(value);
    index += p.plane * p.grid.lanes;
  }
  gates[at.linear] = word;
}
