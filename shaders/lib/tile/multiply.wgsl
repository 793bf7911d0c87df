// Adds the products of one channel, in the n-th of the LOOPS. Weights w<tap row>_<tap>_<vector> lie from `w` on; s<row>_<pixel>_<written channel>_<tap> chain the
// sums.
#if BROADCAST
#for v in 0..SHARED_PARTS
    let part$v = weights[w + part_at$v];
#end
#end
#for h in 0..PACKED_TILES, i in 0..TAP_ROWS, j in 0..TAPS, q in 0..PACKED
#if BROADCAST == 8
    let w${i}_${j}_${h * PACKED + q} = subgroupBroadcast(part${(((h * TAP_ROWS + i) * TAPS + j) * PACKED + q) / 8}, ${(((h * TAP_ROWS + i) * TAPS + j) * PACKED + q) % 8}u);
#end
#if BROADCAST == 4
    let w${i}_${j}_$q = quadBroadcast(part${((i * TAPS + j) * VECTORS + q) / 4}, ${((i * TAPS + j) * VECTORS + q) % 4}u);
#end
#if !BROADCAST
    let w${i}_${j}_$q = weights[w + ${(i * TAPS + j) * VECTORS + q}u];
#end
#end
#for o in 0..CHANNELS, t in 0..LOOP_ROWS, m in 0..PIXELS * PHASES
    let s${t}_${m}_${o}_0 = a${n * LOOP_ROWS + t}_${m}_$o;
#for i in 0..TAP_ROWS, j in 0..TAPS
#if (m + j + FIRST_TAP + 1) % PHASES > 0
    let s${t}_${m}_${o}_${i * TAPS + j + 1} = s${t}_${m}_${o}_${i * TAPS + j};
#end
#if (m + j + FIRST_TAP + 1) % PHASES == 0 && CHANNELS == 1
    let s${t}_${m}_${o}_${i * TAPS + j + 1} = fma(x${t + i}_${m / PHASES * STRIDE + (j + FIRST_TAP) / PHASES * DILATION}, vec4f(w${i}_${j}_0), s${t}_${m}_${o}_${i * TAPS + j});
#end
#if (m + j + FIRST_TAP + 1) % PHASES == 0 && CHANNELS > 1
    let s${t}_${m}_${o}_${i * TAPS + j + 1} = fma(x${t + i}_${m / PHASES * STRIDE + (j + FIRST_TAP) / PHASES * DILATION}, vec4f(w${i}_${j}_${o / 4}[${o % 4}]), s${t}_${m}_${o}_${i * TAPS + j});
#end
#end
    a${n * LOOP_ROWS + t}_${m}_$o = s${t}_${m}_${o}_${TAP_ROWS * TAPS};
#end
