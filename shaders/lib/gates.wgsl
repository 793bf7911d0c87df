// The gates of a ReLU's output: one bit for each element and sample. A word holds 8 channels x 4 samples of one place in the plane. Words
// lie as [block][tile of 8 channels][plane][lane]. Bit 4 * (channel % 8) + i is that of the quad's sample i.

// The word that holds an element (channel * plane + place), counted within a quad.
fn gate_word(element: u32, plane: u32) -> u32 {
  return element / plane / 8u * plane + element % plane;
}

// The position in the word of the element's first of four bits.
fn gate_shift(element: u32, plane: u32) -> u32 {
  return element / plane % 8u * 4u;
}

// The element of the lowest bits of a word, counted within a quad. Those of the next bits are a plane each behind it, as far as there are channels.
fn first_of_word(word: u32, plane: u32) -> u32 {
  return word + word / plane * 7u * plane;
}

// A ReLU. What is not a number stays so, where max(value, 0) is 0 on most adapters: an answer must not hide that a network overflowed.
fn rectified(value: vec4f) -> vec4f {
  return select(value, vec4f(0.0), value <= vec4f(0.0));
}

// The gates of a quad of values, one bit for each sample, from bit `shift` on.
fn gate_bits(value: vec4f, shift: u32) -> u32 {
  let bits = select(vec4u(0u), vec4u(1u, 2u, 4u, 8u), value > vec4f(0.0));
  return (bits.x | bits.y | bits.z | bits.w) << shift;
}

// The value where its gate, from bit `shift` of the word on, is open, else 0.
fn through_gate(value: vec4f, word: u32, shift: u32) -> vec4f {
  return select(vec4f(0.0), value, (vec4u(word >> shift) & vec4u(1u, 2u, 4u, 8u)) != vec4u(0u));
}
