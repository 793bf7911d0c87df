// MaxPool, backward, for one cell of CELL x CELL input pixels: they share the loads of the REACH x REACH windows that meet them.
  // Windows that begin i rows and j columns of windows before the cell: their cotangents, and the codes of their maxima.
#for i in 0..REACH, j in 0..REACH
  let window${i}_$j = vec2u(min(max(cell.x, ${i}u) - ${i}u, p.output_size.x - 1u), min(max(cell.y, ${j}u) - ${j}u, p.output_size.y - 1u));
  let index${i}_$j = (((at.block * planes + plane) * p.output_size.x + window${i}_$j.x) * p.output_size.y + window${i}_$j.y) * p.grid.lanes + at.lane;
  let value${i}_$j = dy[index${i}_$j];
  let found${i}_$j = select(vec4u(NONE), codes_at(index${i}_$j), all(window${i}_$j + vec2u(${i}u, ${j}u) == cell));
#end
#for r in 0..CELL, s in 0..CELL
  let padded${r}_$s = cell * ${CELL}u + vec2u(${r}u, ${s}u);
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
