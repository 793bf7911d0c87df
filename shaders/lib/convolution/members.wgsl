// Members of the Parameters of a tile's kernel.
  grid: Grid,
  groups: u32,
  channels: u32, // that are read, of a group
  outputs: u32, // that are written, of a group
  height: u32, // of x
  width: u32,
  output_height: u32, // of y
  output_width: u32,
  kernel: vec2u, // rows, columns; so are the next three
  stride: vec2u,
  dilation: vec2u,
  padding: vec2u, // before the first row and column, modulo 2^32
