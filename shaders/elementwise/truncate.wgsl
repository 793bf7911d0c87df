// Cast from floats to integers: y = x without its fraction.
// frame: pointwise
struct Parameters { grid: Grid }

fn value(x: vec4f) -> vec4f {
  return trunc(x);
}
