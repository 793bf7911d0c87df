// Ceil: y = the smallest integer that is not below x.
// frame: pointwise
struct Parameters { grid: Grid }

fn value(x: vec4f) -> vec4f {
  return ceil(x);
}
