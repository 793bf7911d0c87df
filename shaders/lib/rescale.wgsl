// DeepLIFT's rescale rule, for quads of (sample, twin, next sample, its twin): src/ops/shared/rescale.ts.

// Where an input differs by no more than this, its secant is taken as its tangent. The same as in src/ops/shared/rescale.ts.
const NEAR = 1e-6;

// `rise / (x - b)` of the quad's two samples x and their twins b where these differ, else `gradient`; the twins get what their samples get.
fn divided_by_difference(rise: vec2f, gradient: vec2f, x: vec4f) -> vec4f {
  let run = x.xz - x.yw;
  let apart = abs(run) > vec2f(NEAR);
  return select(gradient, rise / select(vec2f(1.0), run, apart), apart).xxyy;
}
