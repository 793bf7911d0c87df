// f(x) = slope * clamp(x, lower, upper) + offset + below * min(x - lower, 0) of samples and their twins, and where the samples' pieces end.
// Relu, LeakyRelu, PRelu, Clip and HardSigmoid have this form (src/ops/shared/piecewise.ts). A twin uses the piece of its sample.
// requires: lib/regions
// One invocation: 16 units of two samples and their twins. The atomics then happen once for 16 units.

const UNITS = 16u;

struct Parameters {
  grid: Grid,
  samples: u32,
  first_unit: u32, // units of the network before those of this operator
  elements: u32,
  lower: f32, // the kinks
  upper: f32,
  at_lower: f32, // f at the kinks
  at_upper: f32,
  slope: f32, // of f between the kinks
  offset: f32,
  inner: u32,
  period: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][elements][lane]
@group(0) @binding(2) var<storage, read> below: array<f32>; // [period], element e takes below[(e / inner) % period]
@group(0) @binding(3) var<storage, read> points: array<vec2f>; // [samples]
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>; // like x
@group(0) @binding(5) var<storage, read_write> regions: array<atomic<u32>>; // [samples][3]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let at = place(p.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let s = stretch_at(at);
  var region = whole();
  let last = min((at.tile + 1u) * UNITS, p.elements);
  for (var e = at.tile * UNITS; e < last; e++) {
    let index = (at.block * p.elements + e) * p.grid.lanes + at.lane;
    let v = x[index];
    let under = v.xz <= vec2f(p.lower);
    let over = (v.xz >= vec2f(p.upper)) & !under;
    let from_lower = v - p.lower;
    let from_upper = p.upper - v;
    // Beyond the nearer kink, the other one narrows nothing more.
    region = narrowed(region, s, select(from_lower.xz, -from_lower.xz, under), select(from_lower.yw, -from_lower.yw, under));
    region = narrowed(region, s, select(from_upper.xz, -from_upper.xz, over), select(from_upper.yw, -from_upper.yw, over));
    region = gated(region, p.first_unit + e, select(select(vec2u(1u), vec2u(2u), over), vec2u(0u), under));
    let slope_below = below[(e / p.inner) % p.period];
    let inside = select(p.slope * v + p.offset, vec4f(p.at_upper), over.xxyy);
    y[index] = select(inside, p.at_lower + slope_below * from_lower, under.xxyy);
  }
  store_region(region, s.first);
}
