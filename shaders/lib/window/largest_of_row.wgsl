// The largest tap of a window in its row i, and which it is. Of equal taps the first counts.
    let from$i = corner + ${i}u * p.dilation.x * p.size.y * lanes;
    var largest$i = x[from$i];
    var taps$i = vec4u(0u);
#for j in 1..COLUMNS
    let value${i}_$j = x[from$i + ${j}u * p.dilation.y * lanes];
    taps$i = select(taps$i, vec4u(${j}u), value${i}_$j > largest$i);
    largest$i = max(largest$i, value${i}_$j);
#end
