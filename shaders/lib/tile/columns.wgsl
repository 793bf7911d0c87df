// The columns of x that are loaded, from column `left` on, and where the group's planes begin.
  let tiles = (p.outputs + ${CHANNELS - 1}u) / ${CHANNELS}u; // in one group
  let group = tile / tiles;
  let last_row = i32(p.height) - 1;
  let last_column = i32(p.width) - 1;
  let line_step = p.width * lanes;
#for c in 0..LOADED_COLUMNS
  let column$c = u32(clamp(left + $c, 0, last_column)) * lanes + at.lane;
  let within$c = left + $c >= 0 && left + $c <= last_column;
#end
  let first_x = (at.block * p.groups + group) * p.channels * p.height * line_step;
