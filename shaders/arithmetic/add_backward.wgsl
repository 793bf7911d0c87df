// Add and Sub, backward: da = factor * the sum of dy over the elements that a was stretched to. The factor is 1, or -1 for the subtrahend.
// requires: lib/grid
// The sum walks the output along `rank` axes of sizes `shape`. The axes along which a was stretched are innermost. Element j of a sums the
// steps j * reduced to (j + 1) * reduced - 1. `strides_out` are the strides of the output along these axes.
// Sums are made in runs of 64, so that a long sum (a channel gate over a whole plane) keeps its digits.
// STRETCHED is 0 where the operand has the output's shape: da = factor * dy.
// One invocation: one element of da of four samples.
// GATED: the kernel applies the gates of the value to the cotangent that it writes, and an invocation has the 8 channels of a gate word, at one
// place of the plane.
#constant STRETCHED 1
#constant GATED 0
#if GATED
// requires: lib/gates
#end
#if STRETCHED
// requires: lib/index
#end

struct Parameters {
  grid: Grid,
  factor: f32,
#if STRETCHED
  rank: u32,
  reduced: u32,
  elements_out: u32,
  shape_low: vec4u,
  shape_high: vec4u,
  strides_out_low: vec4u,
  strides_out_high: vec4u,
#end
#if GATED
  elements: u32, // of da
  gate_plane: u32,
#end
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>; // [block][elements_out][lane]
#if GATED
@group(0) @binding(2) var<storage, read> gates: array<u32>; // [block][tiles][lane]
#end
@group(0) @binding(${2 + GATED}) var<storage, read_write> da: array<vec4f>; // [block][elements][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
#if GATED
  let p = parameters;
  let word = gates[at.linear];
  var element = first_of_word(at.tile, p.gate_plane);
  for (var shift = 0u; shift < 32u && element < p.elements; shift += 4u) {
    let index = (at.block * p.elements + element) * p.grid.lanes + at.lane;
    da[index] = through_gate(cotangent(at, element, index), word, shift);
    element += p.gate_plane;
  }
#else
  da[at.linear] = cotangent(at, at.tile, at.linear);
#end
}

// The cotangent of element `element` of a, which lies at da[index].
fn cotangent(at: Place, element: u32, index: u32) -> vec4f {
  let p = parameters;
#if STRETCHED
  let first = element * p.reduced;
  let end = first + p.reduced;
  var sum = vec4f(0.0);
  for (var start = first; start < end; start += 64u) {
    var run = vec4f(0.0);
    for (var step = start; step < min(start + 64u, end); step++) {
      let of_out = address(step, p.rank, p.shape_low, p.shape_high, p.strides_out_low, p.strides_out_high);
      let out = (at.block * p.elements_out + of_out) * p.grid.lanes + at.lane;
      run += dy[out];
    }
    sum += run;
  }
#else
  let sum = dy[index];
#end
  var value = p.factor * sum;
  if (p.grid.accumulate != 0u) {
    value += da[index];
  }
  return value;
}
