// Four numbers of 32 bits as two words of two numbers of 16 bits (IEEE 754 binary16, rounded to the nearest), and back: the storage of activations
// in mixed precision. What binary16 cannot hold, beyond 65,504, becomes infinite, so that it is seen.

fn to_halves(value: vec4f) -> vec2u {
  let large = abs(value) > vec4f(65504.0);
  let held = select(value, clamp(value, vec4f(-65504.0), vec4f(65504.0)), large);
  // The bits of infinity follow those of 65,504.
  let beyond = select(vec4u(0u), vec4u(1u, 0x10000u, 1u, 0x10000u), large);
  return vec2u(pack2x16float(held.xy) + beyond.x + beyond.y, pack2x16float(held.zw) + beyond.z + beyond.w);
}

fn from_halves(words: vec2u) -> vec4f {
  return vec4f(unpack2x16float(words.x), unpack2x16float(words.y));
}
