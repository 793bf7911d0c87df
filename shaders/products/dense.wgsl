// Dense: y[m, n] = bias[n] + sum over k of x[m, k] * w[k, n]. Backward it is the same product with the transposed weights and no bias:
// dx[m, k] = sum over n of dy[m, n] * w[k, n]. Both directions read the same packed weights.
// requires: lib/grid
// One invocation: TILE outputs of one row x QUADS neighbouring quads. A step along k loads 4 QUADS components of x and TILE weights for
// 4 QUADS TILE multiply-adds. The loop's body has UNROLL steps. src/ops/products/dense.ts chooses both, with measurements.
// WHOLE: the depth is a multiple of 4, and so of UNROLL. No step lies past it.
// ROWS > 1: one invocation has ROWS neighbouring rows and one quad, for few samples with many rows (tokens).
// BROADCAST: so many neighbouring invocations, 4 or 8, need the same weights, and each loads a part of them for all (shaders/lib/broadcast.wgsl).
// TRANSPOSED: the weights are those of a product from n to k, in tiles of TRANSPOSED values of k. A vector of them then holds one output and
// four steps along k, so the loop's body has four steps, and as many loads as otherwise. 0: they are those of this product.
// RELU: y = max(0, y), and its gates. Only for samples with one row, whose outputs then are the channels of gate words.
// ACCUMULATE: the kernel may add the cotangent to what is there.
// GATED: the kernel applies the gates of the value to the cotangent that it writes.
// SPREAD: x is what path_spread would write: its image's numbers, the same for all samples of a path, through gates. Only with TRANSPOSED and one row.
#constant QUADS 1
#constant ROWS 1
#constant TILE 8
#constant UNROLL 1
#constant WHOLE 0
#constant TRANSPOSED 0
#constant BROADCAST 0
#constant WORKGROUP 64
#constant RELU 0
#constant GATED 0
#constant SPREAD 0
#constant ACCUMULATE 1
// Derived constants: vectors of weights from one that an iteration loads to the next; the outputs of a packed tile of weights, of which a tile of 32
// outputs reads two; and the vectors that an iteration reads of one.
#constant VECTOR_STEP (TRANSPOSED == 0) + TRANSPOSED / 4
#constant PACKED TILE / ((TILE + 15) / 16)
#constant VECTORS UNROLL * PACKED / 4
#if RELU || GATED || SPREAD
// requires: lib/gates
#end
#if SPREAD
// requires: lib/path
#end
#if BROADCAST
// requires: lib/broadcast
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
#if SPREAD
  images_lanes: u32,
  samples: u32, // of the whole request
  offset: u32, // the request's first sample in this chunk
  steps: u32,
#end
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
#if SPREAD
@group(0) @binding(1) var<storage, read> of_images: array<f32>; // [block][depth][lane][4 images]
@group(0) @binding(2) var<storage, read> x_gates: array<u32>; // [block][words of 8 steps][lane]
#else
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][rows][depth][lane]
#end
#if TRANSPOSED
@group(0) @binding(${2 + SPREAD}) var<storage, read> weights: array<vec4f>; // [tiles of the depth][outputs, up to a multiple of 16][TRANSPOSED / 4], zeros past the ends
#else
@group(0) @binding(2) var<storage, read> weights: array<vec4f>; // [tiles of outputs][depth, up to a multiple of 16][PACKED / 4], zeros past the ends
#end
@group(0) @binding(${3 + SPREAD}) var<storage, read> bias: array<vec4f>; // [tiles of outputs][TILE / 4]
#if RELU
@group(0) @binding(4) var<storage, read_write> gates: array<u32>; // [block][words of 8 outputs][lane]
#end
#if GATED
@group(0) @binding(${4 + SPREAD}) var<storage, read> gates: array<u32>; // [block][gate_words][lane]
#end
@group(0) @binding(${4 + (RELU || GATED) + SPREAD}) var<storage, read_write> y: array<vec4f>; // [block][rows][outputs][lane]

@compute @workgroup_size(${WORKGROUP}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
#if QUADS == 1 && WORKGROUP == 64
  let at = place(p.grid, id, groups);
#else
  let grid = Grid(p.grid.lanes / ${QUADS}u, (p.grid.quads + ${QUADS - 1}u) / ${QUADS}u, p.grid.tiles, p.grid.accumulate);
  let at = place(grid, vec3u(id.y * groups.x * ${WORKGROUP}u + id.x, 0u, 0u), groups);
#end
#if BROADCAST
  if (all_idle(at, grid, ${BROADCAST}u)) {
#else
  if (!at.inside) {
#end
    return;
  }
  let lanes = p.grid.lanes;
  let lane = at.lane * ${QUADS}u;
#if ROWS == 1
  let row = at.block * p.rows + at.tile % p.rows; // counted over all blocks
  let tile = at.tile / p.rows;
#else
  // The number of groups of rows is a multiple of four, so that four neighbours share a tile. Rows past the last one repeat it, unwritten.
  let row_groups = (p.rows + ${4 * ROWS - 1}u) / ${4 * ROWS}u * 4u;
  let tile = at.tile / row_groups;
  let from_row = at.tile % row_groups * ${ROWS}u;
#for q in 0..ROWS
  let row$q = at.block * p.rows + min(from_row + ${q}u, p.rows - 1u);
  let x_of$q = row$q * p.depth * lanes + lane;
#end
#end
#for v in 0..TILE / 4
  let start$v = bias[tile * ${TILE / 4}u + ${v}u];
#end
#for o in 0..TILE, q in 0..QUADS * ROWS
  var y${o}_$q = vec4f(start${o / 4}[${o % 4}]);
#end

#if ROWS == 1
  var at_x = row * p.depth * lanes + lane;
#else
  var at_x = 0u;
#end
#if SPREAD
#for q in 0..QUADS
  let image$q = path_of(at.block * lanes + lane + ${q}u, p.offset, p.samples, p.steps).image;
  let of_quad$q = image$q / 4u;
  let from_image$q = (of_quad$q / p.images_lanes * p.depth * p.images_lanes + of_quad$q % p.images_lanes) * 4u + image$q % 4u;
#end
  var at_word = at.block * ((p.depth + 7u) / 8u) * lanes + lane;
#end
#if TRANSPOSED
  let w_step = (p.outputs + 15u) / 16u * ${4 * TRANSPOSED}u; // from one tile of the depth to the next
#else
  var w = tile * ((p.depth + 15u) / 16u) * ${4 * TILE}u;
#if TILE > PACKED
  let next_tile = (p.depth + 15u) / 16u * ${4 * PACKED}u;
#end
#end
  for (var k = 0u; k < p.depth; k += ${UNROLL}u) {
#if SPREAD
#include lib/products/spread
#else
#include lib/products/load
#end
#if TRANSPOSED
    let w = k / ${TRANSPOSED}u * w_step + tile * ${TILE * TRANSPOSED / 4}u + k % ${TRANSPOSED}u / 4u;
#end
#if BROADCAST
#for v in 0..(UNROLL * TILE / 4 + BROADCAST - 1) / BROADCAST
#if TRANSPOSED || BROADCAST * v < VECTORS
    let part$v = weights[w + (${BROADCAST * v}u + member_of(id, ${BROADCAST}u)) * ${VECTOR_STEP}u];
#else
    let part$v = weights[w + next_tile + ${BROADCAST * v - VECTORS}u + member_of(id, ${BROADCAST}u)];
#end
#end
#end
#for v in 0..UNROLL * TILE / 4
#if BROADCAST == 8
    let w$v = subgroupBroadcast(part${v / 8}, ${v % 8}u);
#end
#if BROADCAST == 4
    let w$v = quadBroadcast(part${v / 4}, ${v % 4}u);
#end
#if !BROADCAST
    let w$v = weights[w + ${v * VECTOR_STEP}u];
#end
#end
#for o in 0..TILE, q in 0..QUADS * ROWS
    let s${o}_${q}_0 = y${o}_$q;
#for u in 0..UNROLL
#if TRANSPOSED
    let s${o}_${q}_${u + 1} = fma(x${u}_$q, vec4f(w${o}[${u}]), s${o}_${q}_$u);
#else
    let s${o}_${q}_${u + 1} = fma(x${u}_$q, vec4f(w${o / PACKED * VECTORS + (u * PACKED + o % PACKED) / 4}[${o % 4}]), s${o}_${q}_$u);
#end
#end
    y${o}_$q = s${o}_${q}_$UNROLL;
#end
    at_x += ${UNROLL}u * lanes;
#if TRANSPOSED == 0
    w += ${VECTORS}u;
#end
  }

  let first = tile * ${TILE}u;
  let count = p.outputs - first;
#if ROWS > 1
#for q in 0..ROWS
  if (from_row + ${q}u < p.rows) {
    let start = (row$q * p.outputs + first) * lanes + lane;
#for o in 0..TILE
    if (count > ${o}u) {
      store_row(start + lanes * ${o}u, y${o}_$q, (from_row + ${q}u) * p.outputs + first + ${o}u, at.block, lane);
    }
#end
  }
#end
#else
  let start = (row * p.outputs + first) * lanes + lane;
#end
#if RELU
  let word_count = (p.outputs + 7u) / 8u;
#for t in 0..(TILE + 7) / 8, q in 0..QUADS
  var word${t}_$q = 0u;
#end
#for o in 0..TILE, q in 0..QUADS
  word${o / 8}_$q |= select(0u, gate_bits(y${o}_$q, ${o % 8 * 4}u), count > ${o}u);
#end
#for t in 0..(TILE + 7) / 8, q in 0..QUADS
  if (count > ${t * 8}u) {
    gates[(at.block * word_count + tile * ${(TILE + 7) / 8}u + ${t}u) * lanes + lane + ${q}u] = word${t}_$q;
  }
#end
#end
#if GATED && ROWS == 1
  // Where a plane is one element and there is one row, the tile's gates are whole words, or a part of one.
  if (p.gate_plane == 1u && p.rows == 1u) {
#for v in 0..TILE / 4
    let word$v = (at.block * p.gate_words + min((first + ${4 * v}u) / 8u, p.gate_words - 1u)) * lanes + lane;
    let shift$v = (first + ${4 * v}u) % 8u * 4u;
#for q in 0..QUADS
    let gates${v}_$q = gates[word$v + ${q}u] >> shift$v;
#end
#end
#for o in 0..TILE
    if (count > ${o}u) {
#for q in 0..QUADS
      store(start + lanes * ${o}u + ${q}u, through_gate(y${o}_$q, gates${o / 4}_$q, ${o % 4 * 4}u));
#end
    }
#end
    return;
  }
#for o in 0..TILE
  let gate$o = min(at.tile % p.rows * p.outputs + first + ${o}u, p.rows * p.outputs - 1u);
  let word_of$o = (at.block * p.gate_words + gate_word(gate$o, p.gate_plane)) * lanes + lane;
  if (count > ${o}u) {
#for q in 0..QUADS
    store(start + lanes * ${o}u + ${q}u, through_gate(y${o}_$q, gates[word_of$o + ${q}u], gate_shift(gate$o, p.gate_plane)));
#end
  }
#end
#end
#if !GATED && ROWS == 1
#for o in 0..TILE
  if (count > ${o}u) {
#for q in 0..QUADS
    store(start + lanes * ${o}u + ${q}u, y${o}_$q);
#end
  }
#end
#end
}

#if ROWS > 1

// Stores element `element` of a sample.
fn store_row(index: u32, value: vec4f, element: u32, outer: u32, lane: u32) {
#if GATED
  let p = parameters;
  let word = gates[(outer * p.gate_words + gate_word(element, p.gate_plane)) * p.grid.lanes + lane];
  store(index, through_gate(value, word, gate_shift(element, p.gate_plane)));
#else
  store(index, value);
#end
}
#end

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
