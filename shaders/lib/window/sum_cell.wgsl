// MaxPool, backward, for DOWN cells of CELL x CELL input pixels, one below the other. Cells share the loads of the REACH x REACH windows that meet them.
  let column = at.tile % cells.y;
  let strips = (cells.x + ${DOWN - 1}u) / ${DOWN}u;
  let first = at.tile / cells.y % strips * ${DOWN}u;
  let plane = at.tile / cells.y / strips;
  let planes = p.grid.tiles / (cells.y * strips);
  let end = min(first + ${DOWN}u, cells.x);
  // Windows that begin i rows and j columns of windows before the cell: their cotangents, and the codes of their maxima.
#for i in 1..REACH, j in 0..REACH
  let above${i}_$j = window_at(at, plane, planes, first - ${i}u, column - ${j}u);
  var value${i}_$j = above${i}_$j.value;
  var found${i}_$j = above${i}_$j.found;
#end
  for (var row = first; row < end; row++) {
#for j in 0..REACH
    let below$j = window_at(at, plane, planes, row, column - ${j}u);
    let value0_$j = below$j.value;
    let found0_$j = below$j.found;
#end
#for r in 0..CELL, s in 0..CELL
    let padded${r}_$s = vec2u(row, column) * ${CELL}u + vec2u(${r}u, ${s}u);
    if (all(padded${r}_$s >= p.padding) && all(padded${r}_$s < p.size + p.padding)) {
      var sum = vec4f(0.0);
#for i in 0..REACH, j in 0..REACH
#if r + i * CELL < KERNEL && s + j * CELL < KERNEL
      sum += select(vec4f(0.0), value${i}_$j, found${i}_$j == vec4u(${(r + i * CELL) * KERNEL + s + j * CELL}u));
#end
#end
      let pixel${r}_$s = padded${r}_$s - p.padding;
      store(at, (plane * p.size.x + pixel${r}_$s.x) * p.size.y + pixel${r}_$s.y, planes, sum);
    }
#end
#for i in 1..REACH, j in 0..REACH
    value${REACH - i}_$j = value${REACH - i - 1}_$j;
    found${REACH - i}_$j = found${REACH - i - 1}_$j;
#end
  }
