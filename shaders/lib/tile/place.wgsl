// Finds the invocation's place.
  let p = parameters;
#if WORKGROUP == 64
  let at = place(p.grid, id, groups);
#else
  let at = place(p.grid, vec3u(id.y * groups.x * ${WORKGROUP}u + id.x, 0u, 0u), groups);
#end
#if BROADCAST
  if (all_idle(at, p.grid, ${BROADCAST}u)) {
#else
  if (!at.inside) {
#end
    return;
  }
  let lanes = p.grid.lanes;
