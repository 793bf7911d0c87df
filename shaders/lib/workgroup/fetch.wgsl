// Loads the invocation's part of the slice's next tiles into registers, from step `at_step` of the depth on.
#for n in 0..X_LOADS
    next_x$n = x_of(source, at_step + member / ${QUADS}u + ${n * MEMBERS / QUADS}u, depth);
#end
#for n in 0..W_LOADS
    let w_tile$n = min(w_tile + (member + ${n * MEMBERS}u) / ${VECTORS * DEPTH}u, last_w_tile);
#if PHASES
    let w_row$n = weight_row(phase, min(at_step + (member + ${n * MEMBERS}u) / ${VECTORS}u % ${DEPTH}u, last_step));
#else
    let w_row$n = min(at_step + (member + ${n * MEMBERS}u) / ${VECTORS}u % ${DEPTH}u, last_step);
#end
    next_w$n = weights[(w_tile$n * w_rows + w_row$n) * ${VECTORS}u + (member + ${n * MEMBERS}u) % ${VECTORS}u];
#end
#for n in 0..W_BLOCKS
    // Four steps of four outputs, of which a vector holds the steps of one.
    let step$n = at_step + (member + ${n * MEMBERS}u) % ${DEPTH / 4}u * 4u;
    let w_at$n = first_w + min(step$n / ${TRANSPOSED}u, last_w_tile) * w_step + min(w_output + (member + ${n * MEMBERS}u) / ${DEPTH / 4}u * 4u, last_w_output) * ${TRANSPOSED / 4}u + step$n % ${TRANSPOSED}u / 4u;
#for e in 0..4
    next_w${4 * n + e} = weights[w_at$n + ${e * TRANSPOSED / 4}u];
#end
#end
