// The shape of Softmax and LogSoftmax, for their kernels of both directions: a tensor as [outer][length][inner], the axis in the middle.
// requires: lib/grid

struct Parameters {
  grid: Grid,
  length: u32,
  inner: u32,
}

// The address of the first element along the axis; the others are inner * lanes apart. A tile is one place of outer and inner.
fn axis_start(at: Place) -> u32 {
  let p = parameters;
  let outer = at.tile / p.inner;
  let row = (at.block * (p.grid.tiles / p.inner) + outer) * p.length;
  return (row * p.inner + at.tile % p.inner) * p.grid.lanes + at.lane;
}
