// Where the invocations of a workgroup that share a row find it. The kernel has declared `p`, and an array `parts` with one vec4f for each.
  let lanes = p.grid.lanes;
  let quads = (p.grid.quads + lanes - 1u) / lanes * lanes;
  let number = group.y * groups.x + group.x;
  let first_quad = number / p.grid.tiles * ${LANES}u;
  if (first_quad >= quads) {
    return;
  }
  let own = local % ${LANES}u; // the invocation's quad, within the workgroup's
  let member = local / ${LANES}u;
  let quad = min(first_quad + own, quads - 1u);
  let lane = quad % lanes;
  let outer = quad / lanes; // its block
  let row = number % p.grid.tiles;
  let stores = first_quad + own < quads && quad < p.grid.quads;
