// Dense for the fused plan, whose kernels compile as one shader: y[m, n] = bias[n] + sum over k of x[m, k] * w[k, n]. Backward has the
// transposed weights and no bias, as in shaders/products/dense.wgsl.
// requires: lib/grid
// One invocation: TILE outputs of one row x 4 samples.
// RELU: y = max(0, y), and its gates. Only for samples with one row, whose outputs then are the channels of gate words.
// GATED: the kernel applies the gates of the value to the cotangent that it writes.
// ACCUMULATE: the kernel may add the cotangent to what is there.
#constant TILE 16
#constant RELU 0
#constant GATED 0
#constant ACCUMULATE 1
#if RELU || GATED
// requires: lib/gates
#end

struct Parameters {
  grid: Grid,
  rows: u32, // m
  depth: u32, // k
  outputs: u32, // n
#if GATED
  gate_plane: u32,
  gate_words: u32,
#end
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][rows][depth][lane]
@group(0) @binding(2) var<storage, read> weights: array<vec4f>; // [tiles of outputs][depth, up to a multiple of 16][TILE / 4], zeros past the ends
@group(0) @binding(3) var<storage, read> bias: array<vec4f>; // [tiles of outputs][TILE / 4]
#if RELU
@group(0) @binding(4) var<storage, read_write> gates: array<u32>; // [block][words of 8 outputs][lane]
#end
#if GATED
@group(0) @binding(4) var<storage, read> gates: array<u32>; // [block][gate_words][lane]
#end
@group(0) @binding(${4 + (RELU || GATED)}) var<storage, read_write> y: array<vec4f>; // [block][rows][outputs][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let at = place(p.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let lanes = p.grid.lanes;
  let row = at.block * p.rows + at.tile % p.rows; // counted over all blocks
  let tile = at.tile / p.rows;
#for v in 0..TILE / 4
  let start$v = bias[tile * ${TILE / 4}u + ${v}u];
#end
#for o in 0..TILE
  var y$o = vec4f(start${o / 4}[${o % 4}]);
#end

  var at_x = row * p.depth * lanes + at.lane;
  var w = tile * ((p.depth + 15u) / 16u) * ${4 * TILE}u;
  for (var k = 0u; k < p.depth; k++) {
    let x0 = x[at_x];
#for v in 0..TILE / 4
    let w$v = weights[w + ${v}u];
#end
#for o in 0..TILE
    y$o = fma(x0, vec4f(w${o / 4}[${o % 4}]), y$o);
#end
    at_x += lanes;
    w += ${TILE / 4}u;
  }

  let first = tile * ${TILE}u;
  let count = p.outputs - first;
  let start = (row * p.outputs + first) * lanes + at.lane;
#if RELU
  let word_count = (p.outputs + 7u) / 8u;
#for t in 0..(TILE + 7) / 8
  var word$t = 0u;
#end
#for o in 0..TILE
  word${o / 8} |= select(0u, gate_bits(y$o, ${o % 8 * 4}u), count > ${o}u);
#end
#for t in 0..(TILE + 7) / 8
  if (count > ${t * 8}u) {
    gates[(at.block * word_count + tile * ${(TILE + 7) / 8}u + ${t}u) * lanes + at.lane] = word$t;
  }
#end
#end
#for o in 0..TILE
  if (count > ${o}u) {
#if GATED
    let gate = at.tile % p.rows * p.outputs + first + ${o}u;
    let word = gates[(at.block * p.gate_words + gate_word(gate, p.gate_plane)) * lanes + at.lane];
    store(start + lanes * ${o}u, through_gate(y$o, word, gate_shift(gate, p.gate_plane)));
#else
    store(start + lanes * ${o}u, y$o);
#end
  }
#end
}

fn store(index: u32, value: vec4f) {
#if RELU
  y[index] = rectified(value);
#end
#if ACCUMULATE && !RELU
  y[index] = value + select(vec4f(0.0), y[index], parameters.grid.accumulate != 0u);
#end
#if !RELU && !ACCUMULATE
  y[index] = value;
#end
}
