// Which windows of a 2-D pooling reach an input, along one axis.
// requires: lib/grid
// requires: lib/window/axis

// The first output whose window reaches `padded` (an input's position plus the padding).
fn output_start(padded: u32, kernel: u32, stride: u32, dilation: u32) -> u32 {
  return steps(i32(padded) - i32((kernel - 1u) * dilation), stride);
}

// One more than the last.
fn output_end(padded: u32, stride: u32, outputs: u32) -> u32 {
  return min(outputs, padded / stride + 1u);
}
