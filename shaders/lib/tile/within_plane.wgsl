// The tile's number within its plane, and the tile of written channels, counted over all groups. Planes have a multiple of NEIGHBOURS tiles. Those past the
// last row of tiles compute nothing that is stored.
  let in_plane = (row_tiles * column_tiles + ${NEIGHBOURS - 1}u) / ${NEIGHBOURS}u * ${NEIGHBOURS}u;
  let within = at.tile % in_plane;
  let tile = at.tile / in_plane;
