// Conv in tiles held in registers, both directions:
//
//   z[o, r, s] = bias[o] + sum over c, i, j of w[o, c, i, j] * x[c, r * stride + i * dilation - padding, s * stride + j * dilation - padding]
//
// Backward, where the stride is 1, it is the same sum over the cotangent of z, with the weights transposed and turned by 180 degrees,
// (kernel - 1) * dilation - padding for the padding, and no bias. PHASES: backward where the stride s is not 1 (and the dilation is): the
// pixels of dx whose row and column leave the remainders (a, b) by s form a plane of their own, of which dy is convolved, with stride 1,
// with every s-th tap: s x s dense convolutions, and no zeros between.
// requires: lib/grid
// requires: lib/window
// requires: lib/gates
// requires: lib/codes
// One invocation: CHANNELS written channels of one group x ROWS x PIXELS pixels x 4 samples, all in registers. A load costs as much as 30
// multiply-adds on the software adapter, so what counts is loads a multiply-add: 42 for 576 with 3x3 taps on 8 channels x 2 x 4 pixels.
// What lies outside is loaded from a clamped address and replaced by 0: a condition around a load costs most of the speed. Taps of a row
// stand unrolled; rows do, too, where TAP_ROWS is not 1 (then all rows are loaded once for the whole tile), else they are one
// loop with the channels: every variable that a loop changes is merged at each of its nested levels. Rates stand in
// src/ops/convolution/tiling.ts.
#constant CHANNELS 8
#constant ROWS 2
#constant PIXELS 4
// Taps of a row. Rows of taps in the loop's body: all of the kernel's, or 1.
#constant TAPS 3
#constant TAP_ROWS 3
// Of the columns. Those of the rows are parameters, and 1 where TAP_ROWS is not.
#constant STRIDE 1
#constant DILATION 1
#constant PHASES 0
// Channels that are read in a turn of the loop. More than one only where there is one tap, one row, and nothing outside: a plane that lies as a row.
#constant UNROLL 1
// No bias, and y is added to where grid.accumulate is 1.
#constant BACKWARD 0
// Epilogue of a forward: y = relu(pool(z + residual)), pool over windows of POOL x POOL without overlap or padding (1: none).
#constant RESIDUAL 0
#constant POOL 1
#constant RELU 0
// Backward: x is the cotangent of a pool's output, spread over its windows of EXPAND x EXPAND (1: it is not) as codes say; the first row
// and column of a tile's x are the ROW_PHASE-th and COLUMN_PHASE-th of their window.
#constant EXPAND 1
#constant ROW_PHASE 0
#constant COLUMN_PHASE 0
#constant GATED 0
#constant ACCUMULATE 1
// Each of four neighbouring invocations, which need the same weights, loads a quarter of them for all (shaders/lib/broadcast.wgsl).
#constant BROADCAST 0
#constant WORKGROUP 64
// What follows from them: rows and columns of the tile's x, those that are loaded for them, and vectors of weights a tap.
#constant X_ROWS ROWS+TAP_ROWS-1
#constant X_COLUMNS (PIXELS-1)*STRIDE+(TAPS-1)*DILATION+1
#constant LOADED_ROWS ((TAP_ROWS>1)*(ROW_PHASE+X_ROWS-1)/EXPAND+(TAP_ROWS==1)*(X_ROWS-1))+1
#constant LOADED_COLUMNS (COLUMN_PHASE+X_COLUMNS-1)/EXPAND+1
#constant VECTORS (CHANNELS+3)/4
// Words of gates a pixel, and channels of each.
#constant WORDS (CHANNELS+7)/8
#constant WORD (CHANNELS>1)*7+1
#if BROADCAST
// requires: lib/broadcast
#end

struct Parameters {
  grid: Grid,
  groups: u32,
  channels: u32, // that are read, of a group
  outputs: u32, // that are written, of a group
  height: u32, // of x
  width: u32,
  output_height: u32, // of y
  output_width: u32,
  kernel: vec2u, // rows, columns; so are the next three
  stride: vec2u,
  dilation: vec2u,
  padding: vec2u, // before the first row and column, modulo 2^32
#if GATED
  gate_plane: u32,
  gate_words: u32,
#end
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][groups * channels][height][width][lane]
#if EXPAND > 1
@group(0) @binding(2) var<storage, read> codes: array<u32>; // as x
#end
#if CHANNELS == 1
@group(0) @binding(${2 + (EXPAND > 1)}) var<storage, read> weights: array<f32>; // [groups * outputs][channels][rows of taps][TAPS]; PHASES: [...][rows][stride][TAPS]
#else
@group(0) @binding(${2 + (EXPAND > 1)}) var<storage, read> weights: array<vec4f>; // [groups][tiles of outputs][channels][rows of taps][TAPS][VECTORS]; PHASES: [...][rows][stride][TAPS][VECTORS]
#end
#if !BACKWARD && CHANNELS == 1
@group(0) @binding(3) var<storage, read> bias: array<f32>; // [groups * outputs]
#end
#if !BACKWARD && CHANNELS > 1
@group(0) @binding(3) var<storage, read> bias: array<vec4f>; // [groups][tiles of outputs][VECTORS]
#end
#if RESIDUAL
@group(0) @binding(4) var<storage, read> residual: array<vec4f>; // as y
#end
#if RELU && POOL == 1
@group(0) @binding(${4 + RESIDUAL}) var<storage, read_write> gates: array<u32>; // [block][tiles of 8 of groups * outputs][output_height][output_width][lane]
#end
#if POOL > 1
@group(0) @binding(${4 + RESIDUAL}) var<storage, read_write> codes: array<u32>; // as y
#end
#if GATED
@group(0) @binding(${3 + (EXPAND > 1) + !BACKWARD}) var<storage, read> gates: array<u32>; // [block][gate_words][lane]
#end
@group(0) @binding(${3 + (EXPAND > 1) + !BACKWARD + RESIDUAL + (RELU || POOL > 1) + GATED}) var<storage, read_write> y: array<vec4f>; // [block][groups * outputs][output_height][output_width][lane]

@compute @workgroup_size(${WORKGROUP}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
#if WORKGROUP == 64
  let at = place(p.grid, id, groups);
#else
  let at = place(p.grid, vec3u(id.y * groups.x * ${WORKGROUP}u + id.x, 0u, 0u), groups);
#end
#if BROADCAST
  if (all_idle(at, p.grid)) {
#else
  if (!at.inside) {
#end
    return;
  }
  let lanes = p.grid.lanes;
#if PHASES
  let row_tiles = ((p.output_height + p.stride.x - 1u) / p.stride.x + ${ROWS - 1}u) / ${ROWS}u;
  let column_tiles = ((p.output_width + p.stride.y - 1u) / p.stride.y + ${PIXELS - 1}u) / ${PIXELS}u;
  let column = at.tile % column_tiles * ${PIXELS}u;
  let line = at.tile / column_tiles;
  let row = line / p.stride.y % row_tiles * ${ROWS}u;
  let phases = line / (p.stride.y * row_tiles);
  let phase = vec2u(phases % p.stride.x, line % p.stride.y);
  let tile = phases / p.stride.x; // of all groups
  // The first tap that this phase meets, how many there are, and the row and column of dy at that tap for the phase's pixel (0, 0).
  let first_tap = (phase + p.padding) % p.stride;
  let taps = (max(p.kernel, first_tap) - first_tap + p.stride - 1u) / p.stride;
  let origin = vec2i((phase + p.padding) / p.stride);
#else
  let row_tiles = (p.output_height + ${ROWS / POOL - 1}u) / ${ROWS / POOL}u;
  let column_tiles = (p.output_width + ${PIXELS / POOL - 1}u) / ${PIXELS / POOL}u;
  let column = at.tile % column_tiles * ${PIXELS / POOL}u;
  let row = at.tile / column_tiles % row_tiles * ${ROWS / POOL}u;
  let tile = at.tile / (column_tiles * row_tiles); // of all groups
#end
  let tiles = (p.outputs + ${CHANNELS - 1}u) / ${CHANNELS}u; // of one group
  let group = tile / tiles;

  // a<row>_<pixel>_<written channel>
#for q in 0..VECTORS
#if !BACKWARD
  let bias$q = bias[tile * ${VECTORS}u + ${q}u];
#end
#end
#for t in 0..ROWS
#for m in 0..PIXELS
#for o in 0..CHANNELS
#if BACKWARD
  var a${t}_${m}_$o = vec4f(0.0);
#end
#if !BACKWARD && CHANNELS == 1
  var a${t}_${m}_$o = vec4f(bias0);
#end
#if !BACKWARD && CHANNELS > 1
  var a${t}_${m}_$o = vec4f(bias${o / 4}[${o % 4}]);
#end
#end
#end
#end

#if PHASES
  let top = i32(row) + origin.x - i32(taps.x) + 1;
  let left = i32(column) + origin.y - ${TAPS - 1};
#else
#if TAP_ROWS > 1
  let top = (i32(row * ${POOL}u) - i32(p.padding.x) - $ROW_PHASE) / $EXPAND;
#else
  let top = i32(row * ${POOL}u * p.stride.x) - i32(p.padding.x);
#end
  let left = (i32(column * ${STRIDE * POOL}u) - i32(p.padding.y) - $COLUMN_PHASE) / $EXPAND;
#end
  let last_row = i32(p.height) - 1;
  let last_column = i32(p.width) - 1;
  let line_step = p.width * lanes;
#for c in 0..LOADED_COLUMNS
  let column$c = u32(clamp(left + $c, 0, last_column)) * lanes + at.lane;
  let within$c = left + $c >= 0 && left + $c <= last_column;
#end
  var from_x = (at.block * p.groups + group) * p.channels * p.height * line_step;
#if UNROLL > 1
  var w = tile * ((p.channels + ${UNROLL - 1}u) / ${UNROLL}u) * ${UNROLL * VECTORS}u;
  for (var c = 0u; c < p.channels; c += ${UNROLL}u) {
#for u in 0..UNROLL
#if u == 0
    let x_plane0 = from_x;
#else
    let x_plane$u = from_x + min(${u}u, p.channels - 1u - c) * line_step; // past the channels weights are 0, and x must be a number
#end
#for m in 0..PIXELS
    let x${u}_$m = x[x_plane$u + column$m];
#end
#end
#if BROADCAST
#for v in 0..(UNROLL * VECTORS + 3) / 4
    let part$v = weights[w + ${4 * v}u + member_of(id)];
#end
#end
#for v in 0..UNROLL * VECTORS
#if BROADCAST
    let w$v = quadBroadcast(part${v / 4}, ${v % 4}u);
#else
    let w$v = weights[w + ${v}u];
#end
#end
#for o in 0..CHANNELS
#for m in 0..PIXELS
    let s${m}_${o}_0 = a0_${m}_$o;
#for u in 0..UNROLL
    let s${m}_${o}_${u + 1} = fma(x${u}_$m, vec4f(w${u * VECTORS + o / 4}[${o % 4}]), s${m}_${o}_$u);
#end
    a0_${m}_$o = s${m}_${o}_$UNROLL;
#end
#end
    from_x += ${UNROLL}u * line_step;
    w += ${UNROLL * VECTORS}u;
  }
#else
#if TAP_ROWS > 1
#for r in 0..LOADED_ROWS
  let row$r = u32(clamp(top + $r, 0, last_row)) * line_step;
  let beside$r = top + $r >= 0 && top + $r <= last_row;
#end
  var w = tile * p.channels * ${TAP_ROWS * TAPS * VECTORS}u;
  for (var c = 0u; c < p.channels; c++) {
#else
  // The rows of taps that meet x anywhere in the tile.
#if PHASES
  let start = tap_start(top + ${ROWS - 1}, 1u);
  let end = select(tap_end(top, p.height, taps.x, 1u), 0u, taps.y == 0u);
  let tap_step = p.stride.x * p.stride.y * ${TAPS * VECTORS}u;
  let w_plane = p.kernel.x * p.stride.y * ${TAPS * VECTORS}u;
  var w = tile * p.channels * w_plane + ((p.kernel.x - 1u - first_tap.x) % p.stride.x * p.stride.y + phase.y) * ${TAPS * VECTORS}u;
#else
  let start = tap_start(top + ${ROWS - 1} * i32(p.stride.x), p.dilation.x);
  let end = tap_end(top, p.height * ${EXPAND}u, p.kernel.x, p.dilation.x);
  let tap_step = ${TAPS * VECTORS}u;
  let w_plane = p.kernel.x * tap_step;
  var w = tile * p.channels * w_plane;
#end
  let tap_rows = max(start, end) - start;
  w += start * tap_step;
  var i = 0u;
  for (var s = 0u; s < p.channels * tap_rows; s++) {
#for r in 0..ROWS
#if PHASES
    let x_row$r = top + $r + i32(start + i);
#else
    let x_row$r = top + $r * i32(p.stride.x) + i32((start + i) * p.dilation.x);
#end
    let near$r = u32(clamp(x_row$r, 0, ${EXPAND} * last_row + ${EXPAND - 1}));
    let row$r = near$r / ${EXPAND}u * line_step;
    let beside$r = i32(near$r) == x_row$r;
#end
#end
#for r in 0..LOADED_ROWS
#for c in 0..LOADED_COLUMNS
#if EXPAND > 1
    let y${r}_$c = select(vec4f(0.0), x[from_x + row$r + column$c], beside$r && within$c);
    let code${r}_$c = codes_of(codes[from_x + row$r + column$c]);
#else
    let x${r}_$c = select(vec4f(0.0), x[from_x + row$r + column$c], beside$r && within$c);
#end
#end
#end
#if EXPAND > 1
#for r in 0..X_ROWS
#for c in 0..X_COLUMNS
#if TAP_ROWS > 1
    let x${r}_$c = select(vec4f(0.0), y${(ROW_PHASE + r) / EXPAND}_${(COLUMN_PHASE + c) / EXPAND}, code${(ROW_PHASE + r) / EXPAND}_${(COLUMN_PHASE + c) / EXPAND} == vec4u(${(ROW_PHASE + r) % EXPAND * EXPAND + (COLUMN_PHASE + c) % EXPAND}u));
#else
    let x${r}_$c = select(vec4f(0.0), y${r}_${(COLUMN_PHASE + c) / EXPAND}, code${r}_${(COLUMN_PHASE + c) / EXPAND} == vec4u(near$r % ${EXPAND}u * ${EXPAND}u + ${(COLUMN_PHASE + c) % EXPAND}u));
#end
#end
#end
#end
#if BROADCAST
#for v in 0..(TAP_ROWS * TAPS * VECTORS + 3) / 4
    let part$v = weights[w + ${4 * v}u + member_of(id)];
#end
#end
#for i in 0..TAP_ROWS
#for j in 0..TAPS
#for q in 0..VECTORS
#if BROADCAST
    let w${i}_${j}_$q = quadBroadcast(part${((i * TAPS + j) * VECTORS + q) / 4}, ${((i * TAPS + j) * VECTORS + q) % 4}u);
#else
    let w${i}_${j}_$q = weights[w + ${(i * TAPS + j) * VECTORS + q}u];
#end
#end
#end
#end
#for o in 0..CHANNELS
#for t in 0..ROWS
#for m in 0..PIXELS
    let s${t}_${m}_${o}_0 = a${t}_${m}_$o;
#for i in 0..TAP_ROWS
#for j in 0..TAPS
#if CHANNELS == 1
    let s${t}_${m}_${o}_${i * TAPS + j + 1} = fma(x${t + i}_${m * STRIDE + j * DILATION}, vec4f(w${i}_${j}_0), s${t}_${m}_${o}_${i * TAPS + j});
#else
    let s${t}_${m}_${o}_${i * TAPS + j + 1} = fma(x${t + i}_${m * STRIDE + j * DILATION}, vec4f(w${i}_${j}_${o / 4}[${o % 4}]), s${t}_${m}_${o}_${i * TAPS + j});
#end
#end
#end
    a${t}_${m}_$o = s${t}_${m}_${o}_${TAP_ROWS * TAPS};
#end
#end
#end
#if TAP_ROWS > 1
    from_x += p.height * line_step;
    w += ${TAP_ROWS * TAPS * VECTORS}u;
  }
#else
    // The next row of taps, or after the last one the first of the next channel.
    i++;
    let done = i == tap_rows;
    from_x += select(0u, p.height * line_step, done);
    w += select(tap_step, w_plane - (tap_rows - 1u) * tap_step, done);
    i = select(i, 0u, done);
  }
#end
#end

  let first = tile % tiles * ${CHANNELS}u;
  let channel = group * p.outputs + first;
  let count = p.outputs - first;
  let plane = p.output_height * p.output_width;
#for t in 0..ROWS / POOL
#for m in 0..PIXELS / POOL
#if PHASES
  let pixel${t}_$m = vec2u(row + ${t}u, column + ${m}u) * p.stride + phase;
#else
  let pixel${t}_$m = vec2u(row + ${t}u, column + ${m}u);
#end
  if (pixel${t}_$m.x < p.output_height && pixel${t}_$m.y < p.output_width) {
    let e = channel * plane + pixel${t}_$m.x * p.output_width + pixel${t}_$m.y; // of a sample's elements
    let index = (at.block * p.groups * p.outputs * plane + e) * lanes + at.lane;
#if RESIDUAL
#for o in 0..CHANNELS
    a${t}_${m}_$o += residual[index + min(${o}u, count - 1u) * plane * lanes];
#end
#end
#if BACKWARD && ACCUMULATE
    if (p.grid.accumulate != 0u) {
#for o in 0..CHANNELS
      a${t}_${m}_$o += y[index + min(${o}u, count - 1u) * plane * lanes];
#end
    }
#end
#if GATED
#for h in 0..WORDS
    let gate$h = gates_of_tile(at, e + ${8 * h}u * plane, plane, max(count, ${8 * h}u) - ${8 * h}u);
#end
#end
#if RELU && POOL == 1
#for h in 0..WORDS
    var gate$h = 0u;
#end
#end
#for o in 0..CHANNELS
    if (count > ${o}u) {
#if POOL > 1
      var best = a${t * POOL}_${m * POOL}_$o;
      var code = vec4u(0u);
#for k in 1..POOL * POOL
      let better$k = a${t * POOL + k / POOL}_${m * POOL + k % POOL}_$o > best;
      best = select(best, a${t * POOL + k / POOL}_${m * POOL + k % POOL}_$o, better$k);
      code = select(code, vec4u(${k}u), better$k);
#end
#if RELU
      code = select(vec4u(CLOSED), code, best > vec4f(0.0));
      best = max(best, vec4f(0.0));
#end
      codes[index + ${o}u * plane * lanes] = code_word(code);
      y[index + ${o}u * plane * lanes] = best;
#else
      let z = a${t}_${m}_$o;
#if RELU
      gate${o / 8} |= gate_bits(z, ${o % 8 * 4}u);
      y[index + ${o}u * plane * lanes] = max(z, vec4f(0.0));
#else
#if GATED
      y[index + ${o}u * plane * lanes] = through_gate(z, gate${o / 8}, ${o % 8 * 4}u);
#else
      y[index + ${o}u * plane * lanes] = z;
#end
#end
#end
    }
#end
#if RELU && POOL == 1
#for h in 0..WORDS
    if (count > ${8 * h}u) {
      gates[(at.block * ((p.groups * p.outputs + 7u) / 8u) * plane + gate_word(e + ${8 * h}u * plane, plane)) * lanes + at.lane] = gate$h;
    }
#end
#end
  }
#end
#end
}

#if GATED

// The gates of a pixel of the tile, from element `e` on, as they would lie in one word. Mostly they do: the tensor whose gates these are may
// be laid out in other planes than dx (a view between them), and channels of a group may start within a word.
fn gates_of_tile(at: Place, e: u32, plane: u32, count: u32) -> u32 {
  let p = parameters;
  let start = at.block * p.gate_words;
#if CHANNELS > 1
  if (p.gate_plane == plane && gate_shift(e, plane) == 0u) {
    return gates[(start + gate_word(e, plane)) * p.grid.lanes + at.lane];
  }
#end
  var word = 0u;
  for (var o = 0u; o < min(count, ${WORD}u); o++) {
    let element = e + o * plane;
    let bits = gates[(start + gate_word(element, p.gate_plane)) * p.grid.lanes + at.lane] >> gate_shift(element, p.gate_plane);
    word |= (bits & 15u) << (4u * o);
  }
  return word;
}
#end
