// Sums over channels, STEP of them in an iteration, for one tap on a plane that lies as a row, without padding. With TRANSPOSED the weights
// are those of the other direction, in tiles of TRANSPOSED read channels: a vector holds one written channel and four that are read, of which
// an iteration with SCALARS reads one.
#if TRANSPOSED
  let w_step = (p.outputs + 15u) / 16u * ${4 * TRANSPOSED}u; // from one tile of the read channels to the next
  let first_w = group * ((p.channels + ${TRANSPOSED - 1}u) / ${TRANSPOSED}u) * w_step + tile % tiles * ${CHANNELS * TRANSPOSED / 4}u;
#else
  var w = tile * ((p.channels + 15u) / 16u) * ${16 * VECTORS}u;
#end
  var from_x = first_x;
  for (var c = 0u; c < p.channels; c += ${STEP}u) {
#for u in 0..STEP
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
#if TRANSPOSED
    let w = first_w + c / ${TRANSPOSED}u * w_step + c % ${TRANSPOSED}u / 4u;
#end
#if SCALARS && BROADCAST
#for v in 0..CHANNELS / 4
    let part$v = weights[4u * (w + (${4 * v}u + member_of(id, 4u)) * ${VECTOR_STEP}u) + c % 4u];
#for o in 4 * v..4 * v + 4
    let w$o = quadBroadcast(part$v, ${o % 4}u);
#end
#end
#end
#if SCALARS && !BROADCAST
#for o in 0..CHANNELS
    let w$o = weights[4u * (w + ${o * VECTOR_STEP}u) + c % 4u];
#end
#end
#if !SCALARS && BROADCAST
#for v in 0..(STEP * VECTORS + 3) / 4
    let part$v = weights[w + (${4 * v}u + member_of(id, 4u)) * ${VECTOR_STEP}u];
#end
#for v in 0..STEP * VECTORS
    let w$v = quadBroadcast(part${v / 4}, ${v % 4}u);
#end
#end
#if !SCALARS && !BROADCAST
#for v in 0..STEP * VECTORS
    let w$v = weights[w + ${v * VECTOR_STEP}u];
#end
#end
#for o in 0..CHANNELS, m in 0..PIXELS
    let s${m}_${o}_0 = a0_${m}_$o;
#for u in 0..STEP
#if SCALARS
    let s${m}_${o}_${u + 1} = fma(x${u}_$m, vec4f(w$o), s${m}_${o}_$u);
#end
#if TRANSPOSED && !SCALARS
    let s${m}_${o}_${u + 1} = fma(x${u}_$m, vec4f(w$o[$u]), s${m}_${o}_$u);
#end
#if TRANSPOSED == 0
    let s${m}_${o}_${u + 1} = fma(x${u}_$m, vec4f(w${u * VECTORS + o / 4}[${o % 4}]), s${m}_${o}_$u);
#end
#end
    a0_${m}_$o = s${m}_${o}_$STEP;
#end
    from_x += ${STEP}u * line_step;
#if TRANSPOSED == 0
    w += ${STEP * VECTORS}u;
#end
  }
