// Members of `Parameters` of all kernels of Winograd convolutions. Tensors are seen as [channels][rows][length][inner], and the axis of `length` is cut
// into tiles of 4 elements.
  grid: Grid,
  channels: u32,
  rows: u32, // that the dispatch reads or writes
  point_rows: u32, // rows of points and products
  plane_rows: u32, // rows of x or y
  first_row: u32, // of x or y, modulo 2^32
  length: u32,
  inner: u32,
  tiles: u32,
