// The outputs that an input meets in a strided, dilated window: at those taps k for which input + padding - k * dilation is a multiple of
// the stride. These taps are `step` apart, and the output falls by `fall` from one to the next, so no loop has to test a remainder.
// requires: lib/convolution/parameters

struct Taps {
  first: u32, // the first such tap, even if its output does not exist
  step: u32,
  count: u32,
  output: i32, // the output of the first tap; below 0 or past the end where it does not exist
  fall: i32,
}

fn taps_of(padded: u32, kernel: u32, stride: u32, dilation: u32) -> Taps {
  var divisor = stride; // greatest common divisor of stride and dilation
  var rest = dilation % stride;
  while (rest != 0u) {
    let next = divisor % rest;
    divisor = rest;
    rest = next;
  }
  let step = stride / divisor;
  var first = 0u;
  // A multiple of the stride is added so that the dividend does not fall below 0.
  while (first < step && (padded + (step * stride - first) * dilation) % stride != 0u) {
    first++;
  }
  let count = select(0u, (kernel + step - 1u - first) / step, first < min(step, kernel));
  // Exact where count > 0, since the stride divides the dividend.
  let output = (i32(padded) - i32(first * dilation)) / i32(stride);
  return Taps(first, step, count, output, i32(dilation / divisor));
}
