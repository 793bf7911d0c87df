// Sums over the depth. Sums are named y<output>_<column>. While the products of one round are added, the tiles of the next are on their way
// into registers.
#for o in 0..8, n in 0..EACH
  var y${o}_$n = vec4f(0.0);
#end
#for n in 0..X_LOADS
  var next_x$n = vec4f(0.0);
#end
#for n in 0..W_LOADS + 4 * W_BLOCKS
  var next_w$n = vec4f(0.0);
#end
  let last_step = max(depth, 1u) - 1u;
  let rounds = (depth + ${DEPTH * SLICES - 1}u) / ${DEPTH * SLICES}u;
  var at_step = slice * ${DEPTH}u;
  if (rounds > 0u) {
#include lib/workgroup/fetch
  }
  for (var round = 0u; round < rounds; round++) {
#for n in 0..X_LOADS
    tile_x[slice * ${DEPTH * QUADS}u + member + ${n * MEMBERS}u] = next_x$n;
#end
#for n in 0..W_LOADS
    tile_w[slice * ${DEPTH * OUTPUTS / 4}u + (member + ${n * MEMBERS}u) / ${VECTORS}u % ${DEPTH}u * ${OUTPUTS / 4}u + (member + ${n * MEMBERS}u) / ${VECTORS * DEPTH}u * ${VECTORS}u + (member + ${n * MEMBERS}u) % ${VECTORS}u] = next_w$n;
#end
#for n in 0..W_BLOCKS
    let block_of$n = member + ${n * MEMBERS}u;
    if (block_of$n < ${DEPTH * OUTPUTS / 16}u) {
      let w_to$n = slice * ${DEPTH * OUTPUTS / 4}u + block_of$n % ${DEPTH / 4}u * ${OUTPUTS}u + block_of$n / ${DEPTH / 4}u;
#for e in 0..4
      tile_w[w_to$n + ${e * OUTPUTS / 4}u] = vec4f(next_w${4 * n}[$e], next_w${4 * n + 1}[$e], next_w${4 * n + 2}[$e], next_w${4 * n + 3}[$e]);
#end
    }
#end
    workgroupBarrier();
    if (round + 1u < rounds) {
      at_step += ${DEPTH * SLICES}u;
#include lib/workgroup/fetch
    }
    var at_x = slice * ${DEPTH * QUADS}u + column;
    var at_w = slice * ${DEPTH * OUTPUTS / 4}u + row / 4u;
    for (var k = 0u; k < ${DEPTH}u; k += ${STEPS}u) {
#for s in 0..STEPS
#for n in 0..EACH
      let x${s}_$n = tile_x[at_x + ${s * QUADS + n * ACROSS}u];
#end
      let w${s}_0 = tile_w[at_w + ${s * OUTPUTS / 4}u];
      let w${s}_1 = tile_w[at_w + ${s * OUTPUTS / 4 + 1}u];
#end
#for o in 0..8, n in 0..EACH
      let s${o}_${n}_0 = y${o}_$n;
#for s in 0..STEPS
      let s${o}_${n}_${s + 1} = fma(x${s}_$n, vec4f(w${s}_${o / 4}[${o % 4}]), s${o}_${n}_$s);
#end
      y${o}_$n = s${o}_${n}_$STEPS;
#end
      at_x += ${STEPS * QUADS}u;
      at_w += ${STEPS * OUTPUTS / 4}u;
    }
    workgroupBarrier();
  }
#if SLICES > 1

  // The first slice adds the sums of the others, four outputs at a time, in their order: the result does not depend on which is done first.
#for h in 0..2
  if (slice > 0u) {
#for o in 0..4, n in 0..EACH
    tile_x[((slice - 1u) * ${4 * EACH}u + ${o * EACH + n}u) * ${MEMBERS}u + member] = y${4 * h + o}_$n;
#end
  }
  workgroupBarrier();
  if (slice == 0u) {
#for o in 0..4, n in 0..EACH, s in 0..SLICES - 1
    y${4 * h + o}_$n += tile_x[${(s * 4 * EACH + o * EACH + n) * MEMBERS}u + member];
#end
  }
  workgroupBarrier();
#end
  if (slice > 0u) {
    return;
  }
#end
