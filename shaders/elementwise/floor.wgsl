// Floor: y = the largest integer that is not above x.
// frame: pointwise
struct Parameters { grid: Grid }

fn value(x: vec4f) -> vec4f {
  return floor(x);
}
