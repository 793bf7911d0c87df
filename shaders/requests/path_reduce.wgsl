// The weighted sum over alphas: sums[image][element] += sum_k weights[k] * cotangent[element] of the image's step k, over this chunk's
// samples.
// requires: lib/path
// requires: lib/codes
// One invocation: one element of one image. Where the cotangent is that of a pool with windows of ROWS x COLUMNS, which goes to the taps that
// codes name: a cell of ROW_STRIDE x COLUMN_STRIDE elements, which share the loads of the windows that meet them.
// Sums are made in runs of SAMPLES_PER_RUN steps, and then over the runs, one after the other from the first on. Adding 1,024 alphas one
// after the other would cost a decimal digit, and fast-math compilers undo compensated sums. Runs start at multiples of SAMPLES_PER_RUN,
// and a chunk continues the sum of the chunks before it. So a split into chunks between runs changes no bit.
// A sample with weight 0 (an end, or the rest of a quad) is left out rather than multiplied: its cotangent need not be finite.
#constant SAMPLES_PER_RUN 4
#constant ROWS 0
#constant COLUMNS 0
#constant ROW_STRIDE 1
#constant COLUMN_STRIDE 1
// Derived constants: the windows along each axis that meet a cell.
#constant REACH_ROWS (ROWS + ROW_STRIDE - 1) / ROW_STRIDE
#constant REACH_COLUMNS (COLUMNS + COLUMN_STRIDE - 1) / COLUMN_STRIDE

struct Parameters {
  grid: Grid, // of the sums; tiles are elements or cells, an invocation is (image, tile)
  elements: u32, // of the sums
#if ROWS
  channels: u32,
  size: vec2u, // of a plane of the sums: rows, columns, as in the members below
  pooled_size: vec2u,
  padding: vec2u, // before the first row and column
#end
  sample_lanes: u32, // lanes of the cotangent's layout
  samples: u32, // of this chunk
  offset: u32, // the request's first sample in this chunk
  steps: u32,
  first_image: u32, // the first with samples in this chunk
  images: u32, // those with samples in this chunk
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
#if ROWS
@group(0) @binding(1) var<storage, read> cotangent: array<vec4f>; // [block][windows][lane]
@group(0) @binding(2) var<storage, read> weights: array<vec4f>; // [steps / 4]
@group(0) @binding(3) var<storage, read> codes: array<u32>; // [block][windows][lane]
@group(0) @binding(4) var<storage, read_write> sums: array<f32>; // [block][elements][lane][4 images]
#else
@group(0) @binding(1) var<storage, read> cotangent: array<vec4f>; // [block][elements][lane]
@group(0) @binding(2) var<storage, read> weights: array<vec4f>; // [steps / 4]
@group(0) @binding(3) var<storage, read_write> sums: array<f32>; // [block][elements][lane][4 images]
#end

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let linear = id.y * groups.x * 64u + id.x;
  if (linear >= p.images * p.grid.tiles) {
    return;
  }
  let tile = linear % p.grid.tiles;
  let image = p.first_image + linear / p.grid.tiles;
  let quad_of_image = image / 4u;
  let lanes = p.grid.lanes;
  let start = image * p.steps;
  let end = min(start + p.steps, p.offset + p.samples);
  var sample = max(start, p.offset);
  let lane_bits = firstTrailingBit(p.sample_lanes); // a power of two
#if ROWS
  // For each axis, the number of cells that cover all elements, including those past the last window.
  let stride = vec2u(${ROW_STRIDE}u, ${COLUMN_STRIDE}u);
  let cells = (p.size + p.padding + stride - 1u) / stride;
  let cell = vec2u(tile / cells.y % cells.x, tile % cells.y);
  let channel = tile / (cells.x * cells.y);
  let cotangents = p.channels * p.pooled_size.x * p.pooled_size.y;
  // Windows that begin i rows and j columns of windows before the cell.
#for i in 0..REACH_ROWS, j in 0..REACH_COLUMNS
  let window${i}_$j = vec2u(min(max(cell.x, ${i}u) - ${i}u, p.pooled_size.x - 1u), min(max(cell.y, ${j}u) - ${j}u, p.pooled_size.y - 1u));
  let meets${i}_$j = vec4<bool>(all(window${i}_$j + vec2u(${i}u, ${j}u) == cell));
  let element${i}_$j = (channel * p.pooled_size.x + window${i}_$j.x) * p.pooled_size.y + window${i}_$j.y;
#end
  let first = (quad_of_image / lanes * p.elements * lanes + quad_of_image % lanes) * 4u + image % 4u;
#for r in 0..ROW_STRIDE, s in 0..COLUMN_STRIDE
  let padded${r}_$s = cell * stride + vec2u(${r}u, ${s}u);
  let exists${r}_$s = all(padded${r}_$s >= p.padding) && all(padded${r}_$s < p.size + p.padding);
  let pixel${r}_$s = padded${r}_$s - p.padding;
  let at${r}_$s = first + ((channel * p.size.x + pixel${r}_$s.x) * p.size.y + pixel${r}_$s.y) * lanes * 4u;
  var total${r}_$s = 0.0;
  if (exists${r}_$s) {
    total${r}_$s = so_far(at${r}_$s, start < p.offset);
  }
#end
#else
  let cotangents = p.grid.tiles;
  let at = ((quad_of_image / lanes * p.elements + tile) * lanes + quad_of_image % lanes) * 4u + image % 4u;
  var total = so_far(at, start < p.offset);
#end
  while (sample < end) {
    let stop = min(end, start + ((sample - start) / ${SAMPLES_PER_RUN}u + 1u) * ${SAMPLES_PER_RUN}u);
#if ROWS
#for r in 0..ROW_STRIDE, s in 0..COLUMN_STRIDE
    var run${r}_$s = 0.0;
#end
#else
    var run = 0.0;
#end
    for (; sample < stop; sample += 4u) {
      let quad = (sample - p.offset) / 4u;
      let weight = weights[(sample - start) / 4u];
      let counts = weight != vec4f(0.0);
      let of_quad = (quad >> lane_bits) * cotangents * p.sample_lanes + (quad & (p.sample_lanes - 1u));
#if ROWS
#for i in 0..REACH_ROWS, j in 0..REACH_COLUMNS
      let index${i}_$j = of_quad + element${i}_$j * p.sample_lanes;
      let product${i}_$j = select(vec4f(0.0), weight * cotangent[index${i}_$j], counts & meets${i}_$j);
      let taps${i}_$j = codes_of(codes[index${i}_$j]);
#end
#for r in 0..ROW_STRIDE, s in 0..COLUMN_STRIDE
#include lib/window/sum_element
      run${r}_$s += dot(sum${r}_$s, vec4f(1.0));
#end
#else
      run += dot(weight, select(vec4f(0.0), cotangent[of_quad + tile * p.sample_lanes], counts));
#end
    }
#if ROWS
#for r in 0..ROW_STRIDE, s in 0..COLUMN_STRIDE
    total${r}_$s += run${r}_$s;
#end
#else
    total += run;
#end
  }
#if ROWS
#for r in 0..ROW_STRIDE, s in 0..COLUMN_STRIDE
  if (exists${r}_$s) {
    sums[at${r}_$s] = total${r}_$s;
  }
#end
#else
  sums[at] = total;
#end
}

// The image may have `begun` in earlier chunks. Otherwise what lies there is left from an earlier request, and is not added to.
fn so_far(index: u32, begun: bool) -> f32 {
  return select(0.0, sums[index], begun);
}
