// Pointwise functions, backward: dx = f'(x) dy.
// FUNCTION is one of the constants below it, in the order of src/ops/pointwise.ts. Functions that lose digits to differences are in a form
// that does not; what each is good for stands beside it.
// requires: lib/grid
// One invocation: one element of four samples.
#constant FUNCTION 0
#constant ABS 0
#constant CELU 1
#constant CUBE 2
#constant ERF 3
#constant EXP 4
#constant GELU 5
#constant GELU_TANH 6
#constant LOG 7
#constant MISH 8
#constant POW 9
#constant RECIPROCAL 10
#constant SELU 11
#constant SOFTSIGN 12
#constant SQRT 13
#constant SQUARE 14
#if FUNCTION == ERF || FUNCTION == GELU
// requires: lib/erf
#end
#if FUNCTION == GELU_TANH || FUNCTION == MISH
// requires: lib/sigmoid
#end
#if FUNCTION == CELU || FUNCTION == SELU
// requires: lib/expm1
#end
#if FUNCTION == LOG || FUNCTION == POW
// requires: lib/power
#end

struct Parameters {
  grid: Grid,
#if FUNCTION == CELU || FUNCTION == SELU
  alpha: f32,
#end
#if FUNCTION == SELU
  gamma: f32,
#end
#if FUNCTION == POW
  exponent: f32,
#end
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][elements][lane]
@group(0) @binding(2) var<storage, read> dy: array<vec4f>; // like x
@group(0) @binding(3) var<storage, read_write> dx: array<vec4f>; // like x

fn slope(v: vec4f) -> vec4f {
#if FUNCTION == ABS
  return sign(v);
#end
#if FUNCTION == CELU
  return select(exp(v / parameters.alpha), vec4f(1.0), v > vec4f(0.0));
#end
#if FUNCTION == CUBE
  return 3.0 * v * v;
#end
#if FUNCTION == ERF
  return 1.1283791670955126 * exp(-v * v);
#end
#if FUNCTION == EXP
  return exp(v);
#end
#if FUNCTION == GELU
  let half_tail = 0.5 * erfc_positive(0.7071067811865476 * abs(v));
  return select(half_tail, 1.0 - half_tail, v > vec4f(0.0)) + 0.3989422804014327 * v * exp(-0.5 * v * v);
#end
#if FUNCTION == GELU_TANH
  // s(2u) + x s(2u) s(-2u) 2u', since float32 has lost 1 - s where s is near 1.
  let cubic = 0.044715 * v * v;
  let twice = 1.5957691216057308 * v * (1.0 + cubic);
  let s = sigmoid(twice);
  return s + s * sigmoid(-twice) * 1.5957691216057308 * v * (1.0 + 3.0 * cubic);
#end
#if FUNCTION == LOG
  return 1.0 / v;
#end
#if FUNCTION == MISH
  // t + x (1 - t^2) s(x), t = tanh(log(1 + e^x)); 1 - t^2 = 4 (1 + n) / (2 + n)^2, n = e^2x + 2 e^x: both from e^-|x|.
  let e = exp(-abs(v));
  let right = 1.0 + 2.0 * e;
  let left = e * (e + 2.0);
  let whole = select(left + 2.0, right + 2.0 * e * e, v > vec4f(0.0));
  let t = select(left, right, v > vec4f(0.0)) / whole;
  let rest = 2.0 * (1.0 + e) / whole * select(vec4f(1.0), e, v > vec4f(0.0));
  return t + v * rest * rest * sigmoid(v);
#end
#if FUNCTION == POW
  let b = parameters.exponent;
  return select(b * power(v, vec4f(b - 1.0)), vec4f(0.0), (v == vec4f(0.0)) & (vec4f(b) != vec4f(1.0)));
#end
#if FUNCTION == RECIPROCAL
  return -1.0 / (v * v);
#end
#if FUNCTION == SELU
  return parameters.gamma * select(parameters.alpha * exp(v), vec4f(1.0), v > vec4f(0.0));
#end
#if FUNCTION == SOFTSIGN
  let whole = 1.0 + abs(v);
  return 1.0 / (whole * whole);
#end
#if FUNCTION == SQRT
  return select(vec4f(0.0), 0.5 / sqrt(v), v > vec4f(0.0));
#end
#if FUNCTION == SQUARE
  return 2.0 * v;
#end
}

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
  var value = slope(x[at.linear]) * dy[at.linear];
  if (parameters.grid.accumulate != 0u) {
    value += dx[at.linear];
  }
  dx[at.linear] = value;
}
