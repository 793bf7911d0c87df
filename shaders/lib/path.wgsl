// Where a quad of samples lies on its path. Every path has `steps` samples, a multiple of 4, so that a quad belongs to one path. The
// samples are the path's nodes, then alpha = 1 at `first_end` and alpha = 0 after it, then repetitions of alpha = 0 with weight 0.
// requires: lib/grid

struct Path {
  image: u32,
  step: u32, // of the quad's first sample
}

// `offset` is the number of the request's first sample in this chunk. Quads past the last sample repeat it, so that nothing is undefined.
fn path_of(quad: u32, offset: u32, samples: u32, steps: u32) -> Path {
  let sample = min(offset + 4u * quad, samples - 4u);
  return Path(sample / steps, sample % steps);
}

// An affine value at both ends of path `image`: one element's value at the input (x) and at the baseline (y). `ends` lies as
// [block][element][lane], two paths in a quad.
fn ends_index(image: u32, element: u32, elements: u32, lanes: u32) -> u32 {
  let quad = image / 2u;
  return ((quad / lanes * elements + element) * lanes + quad % lanes) * 2u + image % 2u;
}

// The value at alpha, between those at the two ends. At an end it is exactly the value there, whatever the value at the other end is: in
// float32 b + (x - b) need not be equal to x, and 0 * (x - b) is not 0 where x is infinite.
fn blend(ends: vec2f, alpha: vec4f) -> vec4f {
  let between = ends.y + alpha * (ends.x - ends.y);
  return select(select(between, vec4f(ends.y), alpha == vec4f(0.0)), vec4f(ends.x), alpha == vec4f(1.0));
}
