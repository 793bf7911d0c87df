// Stores the tile: y = relu(pool(z + residual)), each part optional, with the gates of the ReLU or the codes of the pool.
  let first = tile % tiles * ${CHANNELS}u;
  let channel = group * p.outputs + first;
  let count = p.outputs - first;
  let plane = p.output_height * p.output_width;
#for t in 0..ROWS / POOL, m in 0..PIXELS / POOL
  let pixel${t}_$m = vec2u(row + ${t}u, column + ${m}u);
  if (pixel${t}_$m.x < p.output_height && pixel${t}_$m.y < p.output_width) {
    let e = channel * plane + pixel${t}_$m.x * p.output_width + pixel${t}_$m.y; // counted within a sample
    let index = (at.block * p.groups * p.outputs * plane + e) * lanes + at.lane;
#if POOL > 1
#include lib/tile/store_pool
#else
#include lib/tile/store_pixel
#end
  }
#end
