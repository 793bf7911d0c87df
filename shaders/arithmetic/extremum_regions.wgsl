// Max and Min of two tensors, of samples and their twins, and where the samples' choices change. A twin takes the operand that its sample
// takes. The margin is the distance of the other operand from that one. Of equals the first is taken. MIN is 1 for the smaller.
// requires: lib/grid
// requires: lib/index
// requires: lib/regions
// y has `rank` axes of sizes `shape`. `strides_a` and `strides_b` are the strides of a and b along them, 0 where a or b is stretched.
// One invocation: one element of y of two samples and their twins.
#constant MIN 0

struct Parameters {
  grid: Grid,
  samples: u32,
  first_unit: u32, // units of the network before those of this operator
  rank: u32,
  elements_a: u32,
  elements_b: u32,
  shape_low: vec4u,
  shape_high: vec4u,
  strides_a_low: vec4u,
  strides_a_high: vec4u,
  strides_b_low: vec4u,
  strides_b_high: vec4u,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> a: array<vec4f>; // [block][elements_a][lane]
@group(0) @binding(2) var<storage, read> b: array<vec4f>; // [block][elements_b][lane]
@group(0) @binding(3) var<storage, read> points: array<vec2f>; // [samples]
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>; // [block][tiles][lane]
@group(0) @binding(5) var<storage, read_write> regions: array<atomic<u32>>; // [samples][3]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let p = parameters;
  let of_a = address(at.tile, p.rank, p.shape_low, p.shape_high, p.strides_a_low, p.strides_a_high);
  let of_b = address(at.tile, p.rank, p.shape_low, p.shape_high, p.strides_b_low, p.strides_b_high);
  let left = a[(at.block * p.elements_a + of_a) * p.grid.lanes + at.lane];
  let right = b[(at.block * p.elements_b + of_b) * p.grid.lanes + at.lane];
#if MIN
  let first = left.xz <= right.xz;
  let ahead = right - left;
#else
  let first = left.xz >= right.xz;
  let ahead = left - right;
#end
  y[at.linear] = select(right, left, first.xxyy);
  let s = stretch_at(at);
  var region = gated(whole(), p.first_unit + at.tile, select(vec2u(1u), vec2u(0u), first));
  region = narrowed(region, s, select(-ahead.xz, ahead.xz, first), select(-ahead.yw, ahead.yw, first));
  store_region(region, s.first);
}
