// A plain multiply-add loop in registers: a = a * factor + addend, for CHAINS independent chains of vec4f (with 1, each step waits for the
// one before), with 64 steps in an iteration. No kernel can be faster.
// One invocation: all of its chains.
#constant CHAINS 8

struct Parameters {
  iterations: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // factor, addend
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>; // [invocation]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let factor = x[0];
  let addend = x[1];
#for c in 0..CHAINS
  var a$c = vec4f(f32(id.x + ${c}u));
#end
  for (var i = 0u; i < parameters.iterations; i++) {
#for step in 0..64
    a${step % CHAINS} = a${step % CHAINS} * factor + addend;
#end
  }
  var sum = a0;
#for c in 1..CHAINS
  sum += a$c;
#end
  y[id.x] = sum;
}
