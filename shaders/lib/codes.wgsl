// The codes of a max-pool's output: one byte for each element and sample, the bytes of four samples in a word, [block][element][lane].
// Byte i is the tap (row * columns + column of the window) of sample i's maximum, or 255 where a ReLU after the pool closed the element.

const CLOSED = 255u;

fn code_word(taps: vec4u) -> u32 {
  return taps.x | (taps.y << 8u) | (taps.z << 16u) | (taps.w << 24u);
}

fn codes_of(word: u32) -> vec4u {
  return (vec4u(word) >> vec4u(0u, 8u, 16u, 24u)) & vec4u(255u);
}
