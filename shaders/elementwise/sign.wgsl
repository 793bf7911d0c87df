// Sign: y = 1 above 0, -1 below, and 0 at 0.
// frame: pointwise
struct Parameters { grid: Grid }

fn value(x: vec4f) -> vec4f {
  return sign(x);
}
