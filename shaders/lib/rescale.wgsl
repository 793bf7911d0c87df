// DeepLIFT's rescale rule, for quads of (sample, twin, next sample, its twin): src/ops/shared/rescale.ts.

// Where x and b differ by no more than this, the tangent takes the place of the secant. src/ops/shared/rescale.ts has the same number.
const NEAR = 1e-6;

// `rise / (x - b)` for the quad's two samples x and their twins b where they differ, else `gradient`. A twin gets what its sample gets.
fn divided_by_difference(rise: vec2f, gradient: vec2f, x: vec4f) -> vec4f {
  let run = x.xz - x.yw;
  let apart = abs(run) > vec2f(NEAR);
  return select(gradient, rise / select(vec2f(1.0), run, apart), apart).xxyy;
}
