// The invocation's tile of a row, and the first of its CHANNELS channels.
  let p = parameters;
  let at = place(p.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let lanes = p.grid.lanes;
  let spots = p.tiles * p.inner; // in a row
  let spot = at.tile % spots;
  let row = at.tile / spots % p.rows;
  let first = at.tile / spots / p.rows * ${CHANNELS}u;
  let count = min(${CHANNELS}u, p.channels - first);
  let tile = spot / p.inner;
  let step = p.inner * lanes; // from one element of the axis to the next
  let points_step = p.channels * p.point_rows * spots * lanes; // from one point to the next
  let channel_step = p.point_rows * spots * lanes; // of products
  let first_point = ((at.block * 6u * p.channels + first) * p.point_rows * spots + row * spots + spot) * lanes + at.lane;
