// Loads UNROLL steps of x, from step k on, of QUADS quads or of ROWS rows, as x<step>_<quad or row>.
#for u in 0..UNROLL
#if u == 0
    let step0 = at_x;
#end
#if u > 0 && WHOLE
    let step$u = at_x + ${u}u * lanes;
#end
#if u > 0 && !WHOLE
    let step$u = at_x + min(${u}u, p.depth - 1u - k) * lanes;
    let within$u = k + ${u}u < p.depth; // past the depth weights are 0, but x need not be finite
#end
#for q in 0..QUADS * ROWS
#if ROWS == 1
    let load${u}_$q = x[step$u + ${q}u];
#else
    let load${u}_$q = x[x_of$q + step$u];
#end
#if u == 0 || WHOLE
    let x${u}_$q = load${u}_$q;
#else
    let x${u}_$q = select(vec4f(0.0), load${u}_$q, within$u);
#end
#end
#end
