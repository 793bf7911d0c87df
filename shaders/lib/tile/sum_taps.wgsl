// Sums over channels, UNROLL of them in an iteration, for one tap on a plane that lies as a row, without padding.
  var w = tile * ((p.channels + ${UNROLL - 1}u) / ${UNROLL}u) * ${UNROLL * VECTORS}u;
  for (var c = 0u; c < p.channels; c += ${UNROLL}u) {
#for u in 0..UNROLL
#if u == 0
    let x_plane0 = from_x;
#else
    let x_plane$u = from_x + min(${u}u, p.channels - 1u - c) * line_step;
    let is_channel$u = c + ${u}u < p.channels; // past the channels weights are 0, but x need not be finite
#end
#for m in 0..PIXELS
#if u == 0
    let x${u}_$m = x[x_plane$u + column$m];
#else
    let x${u}_$m = select(vec4f(0.0), x[x_plane$u + column$m], is_channel$u);
#end
#end
#end
#if BROADCAST
#for v in 0..(UNROLL * VECTORS + 3) / 4
    let part$v = weights[w + ${4 * v}u + member_of(id)];
#end
#end
#for v in 0..UNROLL * VECTORS
#if BROADCAST
    let w$v = quadBroadcast(part${v / 4}, ${v % 4}u);
#else
    let w$v = weights[w + ${v}u];
#end
#end
#for o in 0..CHANNELS, m in 0..PIXELS
    let s${m}_${o}_0 = a0_${m}_$o;
#for u in 0..UNROLL
    let s${m}_${o}_${u + 1} = fma(x${u}_$m, vec4f(w${u * VECTORS + o / 4}[${o % 4}]), s${m}_${o}_$u);
#end
    a0_${m}_$o = s${m}_${o}_$UNROLL;
#end
    from_x += ${UNROLL}u * line_step;
    w += ${UNROLL * VECTORS}u;
  }
