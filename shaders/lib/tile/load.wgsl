// Loads the tile's x of one channel as x<row>_<column>. Where a pool's cotangent is spread, y<row>_<column> are loaded, and an x gets its
// window's y where the code says that the element was the largest of the window.
#if EXPAND == 1
#for r in 0..X_ROWS, c in 0..X_COLUMNS
    let x${r}_$c = select(vec4f(0.0), x[from_x + row$r + column$c], beside$r && within$c);
#end
#else
#for r in 0..LOADED_ROWS, c in 0..LOADED_COLUMNS
    let y${r}_$c = select(vec4f(0.0), x[from_x + row$r + column$c], beside$r && within$c);
    let code${r}_$c = codes_of(codes[from_x + row$r + column$c]);
#end
#for r in 0..X_ROWS, c in 0..X_COLUMNS
#if TAP_ROWS > 1
    let x${r}_$c = select(vec4f(0.0), y${(ROW_PHASE + r) / EXPAND}_${(COLUMN_PHASE + c) / EXPAND}, code${(ROW_PHASE + r) / EXPAND}_${(COLUMN_PHASE + c) / EXPAND} == vec4u(${(ROW_PHASE + r) % EXPAND * EXPAND + (COLUMN_PHASE + c) % EXPAND}u));
#else
    let x${r}_$c = select(vec4f(0.0), y${r}_${(COLUMN_PHASE + c) / EXPAND}, code${r}_${(COLUMN_PHASE + c) / EXPAND} == vec4u(near$r % ${EXPAND}u * ${EXPAND}u + ${(COLUMN_PHASE + c) % EXPAND}u));
#end
#end
#end
