// Erf: y = 2 / sqrt(pi) * integral from 0 to x of e^-t^2 dt.
// frame: pointwise
// requires: lib/math/erf
struct Parameters { grid: Grid }

fn value(x: vec4f) -> vec4f {
  return erf(x);
}

fn derivative(x: vec4f) -> vec4f {
  return 1.1283791670955126 * exp(-x * x);
}
