// The linear regions of samples on a path, for the kernels that narrow them.
//
// A quad holds two samples and their twins: (sample, twin, next sample, its twin). A twin is another point of the path, `span` alphas away.
// It goes through the network with the sample's gates and codes, so that all values are affine in alpha between the two. A margin is at
// least 0 at the sample. Where it reaches 0, a gate or code changes and the region ends.
//
// A kernel that requires this declares two buffers: `points` (for each sample its alpha and its twin's) and `regions` (for each sample the
// lower and the upper end, as the bits of floats, and the checksum of its gates). It also declares the parameters `samples`, `first_unit`.
// requires: lib/grid

struct Region {
  lower: vec2f, // of the quad's two samples, as in the other members
  upper: vec2f,
  gates: vec2u,
}

// Where the two samples of a quad lie on the path.
struct Stretch {
  first: u32, // the first sample's number
  alpha: vec2f,
  span: vec2f, // from the sample to its twin
}

fn stretch_at(at: Place) -> Stretch {
  let first = 2u * (at.block * parameters.grid.lanes + at.lane);
  let one = points[min(first, parameters.samples - 1u)];
  let two = points[min(first + 1u, parameters.samples - 1u)];
  let alpha = vec2f(one.x, two.x);
  return Stretch(first, alpha, vec2f(one.y, two.y) - alpha);
}

fn whole() -> Region {
  return Region(vec2f(0.0), vec2f(1.0), vec2u(0u));
}

// The margin is `here` at the samples and `there` at the twins. It is affine, so it is 0 at alpha + span * here / (here - there). Zeros
// outside the path are sorted out before the division, which could overflow.
fn narrowed(region: Region, s: Stretch, here: vec2f, there: vec2f) -> Region {
  let fall = here - there;
  let meets = (abs(fall) >= here * abs(s.span)) & (abs(fall) > vec2f(1e-37));
  let zero = s.alpha + s.span * (here / select(vec2f(1.0), fall, meets));
  let ahead = (fall > vec2f(0.0)) == (s.span > vec2f(0.0));
  let lower = select(region.lower, max(region.lower, zero), meets & !ahead);
  let upper = select(region.upper, min(region.upper, zero), meets & ahead);
  return Region(lower, upper, region.gates);
}

// The checksum with one more unit. It is a sum, so that the order of the invocations does not matter. The mixing is murmur3's (Appleby).
fn gated(region: Region, unit: u32, piece: vec2u) -> Region {
  var word = (vec2u(unit) * 0x9e3779b1u) ^ (piece * 0x85ebca77u);
  word = (word ^ (word >> vec2u(16u))) * 0x85ebca6bu;
  word = (word ^ (word >> vec2u(13u))) * 0xc2b2ae35u;
  word ^= word >> vec2u(16u);
  return Region(region.lower, region.upper, region.gates + word);
}

// Non-negative floats have the same order as their bits.
fn store_region(region: Region, first: u32) {
  for (var i = 0u; i < 2u; i++) {
    let sample = first + i;
    if (sample < parameters.samples) {
      atomicMax(&regions[3u * sample], bitcast<u32>(max(region.lower[i], 0.0)));
      atomicMin(&regions[3u * sample + 1u], bitcast<u32>(max(region.upper[i], 0.0)));
      atomicAdd(&regions[3u * sample + 2u], region.gates[i]);
    }
  }
}
