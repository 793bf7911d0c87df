// Members of `Parameters` of all kernels of Winograd convolutions. Tensors are seen as [channels][rows][length][inner], and the axis of `length` is cut
// into tiles of 4 elements.
  grid: Grid,
  channels: u32,
  rows: u32,
  point_rows: u32, // rows of points and products
  length: u32,
  inner: u32,
  tiles: u32,
