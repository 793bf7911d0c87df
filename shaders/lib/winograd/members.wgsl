// Members of `Parameters` of kernels that compute a Winograd convolution's outputs. Tensors are seen as [channels][rows][length][inner], and the axis of `length` is cut
// into tiles of 4 elements.
  grid: Grid,
  channels: u32,
  rows: u32, // that the dispatch reads or writes
  point_rows: u32, // rows of products
  plane_rows: u32, // rows of y
  first_row: u32, // of y
  length: u32,
  inner: u32,
  tiles: u32,
