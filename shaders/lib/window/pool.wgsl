// The shape of a 2-D pooling, forward.
// requires: lib/grid
// requires: lib/window/axis

struct Parameters {
  grid: Grid,
  size: vec2u, // of an input plane: rows, columns, as in the members below
  output_size: vec2u,
  kernel: vec2u,
  stride: vec2u,
  dilation: vec2u,
  padding: vec2u, // before the first row and column
}
