// The shape of a 2-D convolution, for its forward and backward kernels.
// requires: lib/grid
// requires: lib/window/axis

struct Parameters {
  grid: Grid,
  groups: u32,
  channels: u32, // input channels of a group
  outputs: u32, // output channels of a group
  height: u32,
  width: u32,
  output_height: u32,
  output_width: u32,
  kernel: vec2u, // rows, columns, as in the next three
  stride: vec2u,
  dilation: vec2u,
  padding: vec2u, // before the first row and column
}
