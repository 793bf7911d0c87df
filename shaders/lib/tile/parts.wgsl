// Where an invocation finds its parts of the weights that it shares: they are numbered through all packed tiles, which are p.channels * w_plane apart.
#if BROADCAST
#for v in 0..SHARED_PARTS
#if PACKED_TILES == 1
  let part_at$v = ${BROADCAST * v}u + member_of(id, ${BROADCAST}u);
#else
  let number$v = ${BROADCAST * v}u + member_of(id, ${BROADCAST}u);
  let part_at$v = number$v / ${TAP_ROWS * TAPS * PACKED}u * p.channels * w_plane + number$v % ${TAP_ROWS * TAPS * PACKED}u;
#end
#end
#end
