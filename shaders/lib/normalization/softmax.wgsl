// The shape of Softmax and LogSoftmax, for their forward and backward kernels: a tensor [outer][length][inner], where `length` is the axis.
// requires: lib/grid

struct Parameters {
  grid: Grid,
  length: u32,
  inner: u32,
}

// The address of the first element along the axis. The others follow inner * lanes apart. A tile is one place of outer and inner.
fn axis_start(at: Place) -> u32 {
  let p = parameters;
  let outer = at.tile / p.inner;
  let row = (at.block * (p.grid.tiles / p.inner) + outer) * p.length;
  return (row * p.inner + at.tile % p.inner) * p.grid.lanes + at.lane;
}
