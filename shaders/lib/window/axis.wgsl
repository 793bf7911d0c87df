// Where sliding windows meet the input, along one axis. Output o reads the inputs start + k * dilation, k < kernel, start = o * stride -
// padding.

// ceil(a / b) where a > 0, else 0: the number of multiples of b in [0, a).
fn steps(a: i32, b: u32) -> u32 {
  return (u32(max(a, 0)) + b - 1u) / b;
}

// The first tap that does not lie before the input.
fn tap_start(start: i32, dilation: u32) -> u32 {
  return steps(-start, dilation);
}

// One more than the last tap that lies in [0, size).
fn tap_end(start: i32, size: u32, kernel: u32, dilation: u32) -> u32 {
  return min(kernel, steps(i32(size) - start, dilation));
}
