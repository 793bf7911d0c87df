// PRelu, backward to a computed slope: ds = the sum of min(x, 0) dy over the elements that the slope was stretched to.
// requires: lib/grid
// requires: lib/index
// The sum walks the output along `rank` axes of sizes `shape`. The axes along which the slope was stretched are innermost. Element j of the
// slope sums the steps j * reduced to (j + 1) * reduced - 1. `strides_out` are the strides of the output along these axes.
// Sums are made in runs of 64, so that a long sum (a channel gate over a whole plane) keeps its digits.
// One invocation: one element of ds of four samples.

struct Parameters {
  grid: Grid,
  rank: u32,
  reduced: u32,
  elements_out: u32,
  shape_low: vec4u,
  shape_high: vec4u,
  strides_out_low: vec4u,
  strides_out_high: vec4u,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][elements_out][lane]
@group(0) @binding(2) var<storage, read> dy: array<vec4f>; // [block][elements_out][lane]
@group(0) @binding(3) var<storage, read_write> ds: array<vec4f>; // [block][tiles][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let p = parameters;
  let first = at.tile * p.reduced;
  let end = first + p.reduced;
  var sum = vec4f(0.0);
  for (var start = first; start < end; start += 64u) {
    var run = vec4f(0.0);
    for (var step = start; step < min(start + 64u, end); step++) {
      let of_out = address(step, p.rank, p.shape_low, p.shape_high, p.strides_out_low, p.strides_out_high);
      let out = (at.block * p.elements_out + of_out) * p.grid.lanes + at.lane;
      run += min(x[out], vec4f(0.0)) * dy[out];
    }
    sum += run;
  }
  var value = sum;
  if (parameters.grid.accumulate != 0u) {
    value += ds[at.linear];
  }
  ds[at.linear] = value;
}
