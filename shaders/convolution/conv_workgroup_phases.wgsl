// The cotangent dx of a convolution with a stride and dilation 1, with tiles in workgroup memory. As in conv_tile_phases.wgsl the pixels of
// dx whose row and column leave the same remainders when divided by the stride are a plane of their own, a phase, and a phase is the
// convolution of dy (x here), with stride 1, with every s-th tap.
// One workgroup: OUTPUTS channels of one group in QUADS columns, which are pixels of one phase of quads; one invocation: 8 channels of EACH
// columns. A step of the depth is a tap of a channel of dy that the phase meets.
#include lib/workgroup/constants

struct Parameters {
#include lib/convolution/members
#if GATED
  gate_plane: u32,
  gate_words: u32,
#end
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][groups * channels][height][width][lane]
@group(0) @binding(2) var<storage, read> weights: array<vec4f>; // [groups][tiles of outputs][channels][rows of taps][columns of taps][VECTORS]
#if GATED
@group(0) @binding(3) var<storage, read> gates: array<u32>; // [block][gate_words][lane]
#end
@group(0) @binding(${3 + GATED}) var<storage, read_write> y: array<vec4f>; // [block][groups * outputs][output_height][output_width][lane]

// The phase of a workgroup: the taps of a channel that it meets, those of a row, and where their weights begin among those of the channel.
struct Phase {
  taps: u32,
  columns: u32,
  first_row: u32,
}

// The window of a column: where the planes of x begin, and the row and column of its first tap.
struct Source {
  start: u32,
  taps: u32,
  columns: u32,
  top: i32,
  left: i32,
}

// Past the depth weights are 0, but x need not be finite.
fn x_of(source: Source, step: u32, depth: u32) -> vec4f {
  let p = parameters;
  let tap = step % source.taps;
  let r = u32(source.top + i32(tap / source.columns));
  let s = u32(source.left + i32(tap % source.columns));
  // Rows and columns before the first are large numbers here.
  let within = step < depth && r < p.height && s < p.width;
  let element = ((step / source.taps * p.height + r) * p.width + s) * p.grid.lanes;
  return select(vec4f(0.0), x[source.start + select(0u, element, within)], within);
}

// The row of a packed tile that holds a step's weights.
fn weight_row(phase: Phase, step: u32) -> u32 {
  let p = parameters;
  let tap = step % phase.taps;
  let of_channel = phase.first_row + tap / phase.columns * p.stride.x * p.kernel.y + tap % phase.columns * p.stride.y;
  return step / phase.taps * p.kernel.x * p.kernel.y + of_channel;
}

@compute @workgroup_size(${WORKGROUP}, 1, 1)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let size = (vec2u(p.output_height, p.output_width) + p.stride - 1u) / p.stride; // of the largest phase
  let places = size.x * size.y;
#include lib/workgroup/place
  let remainder = vec2u(tile % p.stride.x, tile / p.stride.x % p.stride.y);
  let tiles = p.grid.tiles / (p.stride.x * p.stride.y * p.groups); // in one group
  let own_tile = tile / (p.stride.x * p.stride.y);
  let own_group = own_tile / tiles;
  // The first tap that the phase meets, the number of its taps, and the row and column of dy at that tap for the phase's pixel (0, 0).
  let first_tap = (remainder + p.padding) % p.stride;
  let taps = (max(p.kernel, first_tap) - first_tap + p.stride - 1u) / p.stride;
  let origin = vec2i((remainder + p.padding) / p.stride);
  let depth = p.channels * taps.x * taps.y;
  let some = max(taps, vec2u(1u));
  let before = (p.kernel + p.stride - 1u - first_tap) % p.stride; // taps of other phases that lie before, in the packed order
  let phase = Phase(some.x * some.y, some.y, before.x * p.kernel.y + before.y);
  let pixel = x_column / lanes % places;
  let source = Source(
    (x_column / (lanes * places) * p.groups + own_group) * p.channels * p.height * p.width * lanes + x_column % lanes,
    phase.taps,
    phase.columns,
    i32(pixel / size.y) + origin.x - i32(taps.x) + 1,
    i32(pixel % size.y) + origin.y - i32(taps.y) + 1,
  );
  let packed_tiles = (p.outputs + ${TILE - 1}u) / ${TILE}u; // in one group
  let w_tile = own_group * packed_tiles + own_tile % tiles * ${OUTPUTS / TILE}u;
  let last_w_tile = (own_group + 1u) * packed_tiles - 1u;
  let w_rows = p.channels * p.kernel.x * p.kernel.y;
#include lib/workgroup/sum

  let first = own_tile % tiles * ${OUTPUTS}u + row; // within the group
  let count = max(p.outputs, first) - first;
  if (count == 0u) {
    return;
  }
  let step = p.output_height * p.output_width;
  let elements = p.groups * p.outputs * step;
#for n in 0..EACH
  let own$n = first_column + column + ${n * ACROSS}u;
  let lane$n = own$n % lanes;
  let outer$n = own$n / (lanes * places);
  let place$n = own$n / lanes % places;
  let r$n = place$n / size.y * p.stride.x + remainder.x;
  let s$n = place$n % size.y * p.stride.y + remainder.y;
  if (own$n < columns && outer$n * lanes + lane$n < p.grid.quads && r$n < p.output_height && s$n < p.output_width) {
    let element$n = (own_group * p.outputs + first) * step + r$n * p.output_width + s$n;
#include lib/workgroup/store
  }
#end
}
#include lib/workgroup/gates_of_outputs
