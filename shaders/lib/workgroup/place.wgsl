// Finds what the workgroup and the invocation compute. The kernel has declared `p` and `places`, the number of columns that a quad has.
  let lanes = p.grid.lanes;
  let columns = (p.grid.quads + lanes - 1u) / lanes * lanes * places;
  let number = group.y * groups.x + group.x;
  let tile = number % p.grid.tiles; // workgroups with the same columns and other outputs are neighbours
  let first_column = number / p.grid.tiles * ${QUADS}u;
  if (first_column >= columns) {
    return;
  }
  let member = local % ${MEMBERS}u;
#if SLICES > 1
  let slice = local / ${MEMBERS}u;
#else
  let slice = 0u;
#end
  let column = member % ${ACROSS}u; // the first that the invocation computes, within the workgroup's
  let row = member / ${ACROSS}u * 8u; // its first output, within the workgroup's
  let x_column = min(first_column + member % ${QUADS}u, columns - 1u); // whose x the invocation loads
