// Round: y = the nearest integer, of two the even one.
// frame: pointwise
struct Parameters { grid: Grid }

fn value(x: vec4f) -> vec4f {
  return round(x);
}
