// Included in the loop of a product with SPREAD: x of UNROLL steps from k on, the numbers of the quads' images through the gates of their samples.
#for q in 0..QUADS
    let word$q = x_gates[at_word + k / 8u * lanes + ${q}u] >> (k % 8u * 4u);
#end
#for u in 0..UNROLL
#if WHOLE
    let step$u = (k + ${u}u) * p.images_lanes * 4u;
#else
    let within$u = k + ${u}u < p.depth; // past the depth weights are 0, but x need not be finite
    let step$u = min(k + ${u}u, p.depth - 1u) * p.images_lanes * 4u;
#end
#for q in 0..QUADS
#if WHOLE
    let number${u}_$q = of_images[from_image$q + step$u];
#else
    let number${u}_$q = select(0.0, of_images[from_image$q + step$u], within$u);
#end
    let x${u}_$q = through_gate(vec4f(number${u}_$q), word$q, ${u * 4}u);
#end
#end
