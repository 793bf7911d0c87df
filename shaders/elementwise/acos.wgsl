// Acos: y = arccos(x). The derivative at -1 and 1 counts as 0.
// frame: pointwise
// requires: lib/math/arcsine
struct Parameters { grid: Grid }

fn value(x: vec4f) -> vec4f {
  // Near 1, where pi / 2 - arcsin(x) cancels, arccos(x) = 2 arcsin(sqrt((1 - x) / 2)).
  let near = 2.0 * arcsine(sqrt(0.5 * (1.0 - abs(x))));
  let far = select(near, 3.141592653589793 - near, x < vec4f(0.0));
  return select(far, 1.5707963267948966 - arcsine(x), abs(x) < vec4f(0.5));
}

fn derivative(x: vec4f) -> vec4f {
  let inside = abs(x) < vec4f(1.0);
  return select(vec4f(0.0), -inverseSqrt((1.0 - x) * (1.0 + x)), inside);
}
