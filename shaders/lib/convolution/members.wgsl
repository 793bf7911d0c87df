// Members of `Parameters` of the kernels with tiles.
  grid: Grid,
  groups: u32,
  channels: u32, // of a group, that are read
  outputs: u32, // of a group, that are written
  height: u32, // of x
  width: u32,
  output_height: u32, // of y
  output_width: u32,
  kernel: vec2u, // rows, columns, as in the next three
  stride: vec2u,
  dilation: vec2u,
  padding: vec2u, // before the first row and column, modulo 2^32
