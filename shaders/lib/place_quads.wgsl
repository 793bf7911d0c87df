// The place of an invocation that has QUADS neighbouring quads.
#if QUADS == 1
  let at = place(p.grid, id, groups);
#else
  let at = place(Grid(p.grid.lanes / ${QUADS}u, (p.grid.quads + ${QUADS - 1}u) / ${QUADS}u, p.grid.tiles, p.grid.accumulate), id, groups);
#end
