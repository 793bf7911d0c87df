// Dense, as shaders/products/dense.wgsl computes it in registers alone, with tiles in workgroup memory:
//
//   y[m, n] = bias[n] + sum over k of x[m, k] * w[k, n]
//
// One workgroup: OUTPUTS outputs n of QUADS columns, which are rows m of quads; one invocation: 8 outputs of EACH columns.
#include lib/workgroup/constants

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
@group(0) @binding(2) var<storage, read> weights: array<vec4f>; // as in dense.wgsl
@group(0) @binding(3) var<storage, read> bias: array<vec4f>; // [tiles of outputs][TILE / 4]
#if RELU
@group(0) @binding(4) var<storage, read_write> gates: array<u32>; // [block][words of 8 outputs][lane]
#end
#if GATED
@group(0) @binding(4) var<storage, read> gates: array<u32>; // [block][gate_words][lane]
#end
@group(0) @binding(${4 + (RELU || GATED)}) var<storage, read_write> y: array<vec4f>; // [block][rows][outputs][lane]

// Where the x of a column begins.
struct Source {
  start: u32,
}

// Past the depth weights are 0, but x need not be finite.
fn x_of(source: Source, step: u32, depth: u32) -> vec4f {
  return select(vec4f(0.0), x[source.start + min(step, depth - 1u) * parameters.grid.lanes], step < depth);
}

@compute @workgroup_size(${WORKGROUP}, 1, 1)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let places = p.rows;
#include lib/workgroup/place
  let depth = p.depth;
  let source = Source(x_column / lanes * depth * lanes + x_column % lanes);
#if TRANSPOSED
  let first_w = 0u;
  let w_step = (p.outputs + 15u) / 16u * ${4 * TRANSPOSED}u; // from one tile of the depth to the next
  let last_w_tile = (depth - 1u) / ${TRANSPOSED}u;
  let w_output = tile * ${OUTPUTS}u;
  let last_w_output = (p.outputs + 15u) / 16u * 16u - 4u;
#else
  let w_tile = tile * ${OUTPUTS / TILE}u;
  let last_w_tile = (p.outputs - 1u) / ${TILE}u;
  let w_rows = (depth + 15u) / 16u * 16u;
#end
#include lib/workgroup/sum

  let first = tile * ${OUTPUTS}u + row;
  let count = max(p.outputs, first) - first;
  if (count == 0u) {
    return;
  }
  let step = 1u;
  let elements = p.rows * p.outputs;
#if BIAS
  let bias0 = bias[first / 4u];
  let bias1 = bias[first / 4u + 1u];
#end
#for n in 0..EACH
  let own$n = first_column + column + ${n * ACROSS}u;
  let lane$n = own$n % lanes;
  let outer$n = own$n / (lanes * p.rows);
  if (own$n < columns && outer$n * lanes + lane$n < p.grid.quads) {
    let element$n = own$n / lanes % p.rows * p.outputs + first;
#include lib/workgroup/store
  }
#end
}
#include lib/workgroup/gates_of_outputs
