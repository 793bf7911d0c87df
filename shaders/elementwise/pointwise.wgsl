// Pointwise functions: y = f(x), and BACKWARD: dx = f'(x) dy.
// FUNCTION is one of the constants below it, in the order of src/ops/elementwise/pointwise.ts. Functions that lose digits to differences are in a form
// that does not; what each is good for stands beside it.
// requires: lib/grid
// One invocation: one element of four samples.
#constant BACKWARD 0
#constant FUNCTION 0
#constant ABS 0
#constant CELU 1
#constant CLIP 2
#constant CUBE 3
#constant ELU 4
#constant ERF 5
#constant EXP 6
#constant GELU 7
#constant GELU_TANH 8
#constant HARD_SIGMOID 9
#constant HARD_SWISH 10
#constant LEAKY_RELU 11
#constant LOG 12
#constant MISH 13
#constant POW 14
#constant RECIPROCAL 15
#constant SELU 16
#constant SIGMOID 17
#constant SOFTPLUS 18
#constant SOFTSIGN 19
#constant SQRT 20
#constant SQUARE 21
#constant TANH 22
#if FUNCTION == ERF || FUNCTION == GELU
// requires: lib/erf
#end
#if FUNCTION == GELU_TANH || FUNCTION == MISH || FUNCTION == SIGMOID || FUNCTION == SOFTPLUS
// requires: lib/sigmoid
#end
#if FUNCTION == CELU || FUNCTION == ELU || FUNCTION == SELU
// requires: lib/expm1
#end
#if FUNCTION == LOG || FUNCTION == POW
// requires: lib/power
#end

struct Parameters {
  grid: Grid,
#if FUNCTION == CELU || FUNCTION == ELU || FUNCTION == HARD_SIGMOID || FUNCTION == LEAKY_RELU || FUNCTION == SELU
  alpha: f32,
#end
#if FUNCTION == HARD_SIGMOID
  beta: f32,
#end
#if FUNCTION == SELU
  gamma: f32,
#end
#if FUNCTION == POW
  exponent: f32,
#end
#if FUNCTION == CLIP
  lower: f32,
  upper: f32,
#end
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][elements][lane]
#if BACKWARD
@group(0) @binding(2) var<storage, read> dy: array<vec4f>; // like x
@group(0) @binding(3) var<storage, read_write> dx: array<vec4f>; // like x
#else
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>; // like x
#end
#if FUNCTION == CELU || FUNCTION == ELU || FUNCTION == SELU

// Where an exponential is taken: on the other side it could overflow.
fn left(v: vec4f) -> vec4f {
  return min(v, vec4f(0.0));
}
#end
#if FUNCTION == ABS

fn f(v: vec4f) -> vec4f {
  return abs(v);
}

fn slope(v: vec4f) -> vec4f {
  return sign(v);
}
#end
#if FUNCTION == CELU

fn f(v: vec4f) -> vec4f {
  return select(parameters.alpha * expm1(left(v) / parameters.alpha), v, v > vec4f(0.0));
}

fn slope(v: vec4f) -> vec4f {
  return select(exp(left(v) / parameters.alpha), vec4f(1.0), v > vec4f(0.0));
}
#end
#if FUNCTION == CLIP

fn f(v: vec4f) -> vec4f {
  return min(max(v, vec4f(parameters.lower)), vec4f(parameters.upper));
}

fn slope(v: vec4f) -> vec4f {
  let inside = (v >= vec4f(parameters.lower)) & (v <= vec4f(parameters.upper));
  return select(vec4f(0.0), vec4f(1.0), inside);
}
#end
#if FUNCTION == CUBE

fn f(v: vec4f) -> vec4f {
  return v * v * v;
}

fn slope(v: vec4f) -> vec4f {
  return 3.0 * v * v;
}
#end
#if FUNCTION == ELU

fn f(v: vec4f) -> vec4f {
  return select(parameters.alpha * expm1(left(v)), v, v > vec4f(0.0));
}

fn slope(v: vec4f) -> vec4f {
  return select(parameters.alpha * exp(left(v)), vec4f(1.0), v > vec4f(0.0));
}
#end
#if FUNCTION == ERF

fn f(v: vec4f) -> vec4f {
  return erf(v);
}

fn slope(v: vec4f) -> vec4f {
  return 1.1283791670955126 * exp(-v * v);
}
#end
#if FUNCTION == EXP

fn f(v: vec4f) -> vec4f {
  return exp(v);
}

fn slope(v: vec4f) -> vec4f {
  return exp(v);
}
#end
#if FUNCTION == GELU

fn f(v: vec4f) -> vec4f {
  // x erfc(-x / sqrt(2)) / 2: 1 + erf would cancel in the left tail.
  let half_tail = 0.5 * erfc_positive(0.7071067811865476 * abs(v));
  return v * select(half_tail, 1.0 - half_tail, v > vec4f(0.0));
}

fn slope(v: vec4f) -> vec4f {
  let half_tail = 0.5 * erfc_positive(0.7071067811865476 * abs(v));
  return select(half_tail, 1.0 - half_tail, v > vec4f(0.0)) + 0.3989422804014327 * v * exp(-0.5 * v * v);
}
#end
#if FUNCTION == GELU_TANH

fn f(v: vec4f) -> vec4f {
  // (1 + tanh(u)) / 2 = sigmoid(2 u): 1 + tanh would cancel in the left tail, and tanh overflows on some devices.
  return v * sigmoid(1.5957691216057308 * v * (1.0 + 0.044715 * v * v));
}

fn slope(v: vec4f) -> vec4f {
  // s(2u) + x s(2u) s(-2u) 2u', since float32 has lost 1 - s where s is near 1.
  let cubic = 0.044715 * v * v;
  let twice = 1.5957691216057308 * v * (1.0 + cubic);
  let s = sigmoid(twice);
  return s + s * sigmoid(-twice) * 1.5957691216057308 * v * (1.0 + 3.0 * cubic);
}
#end
#if FUNCTION == HARD_SIGMOID

fn f(v: vec4f) -> vec4f {
  return clamp(parameters.alpha * v + parameters.beta, vec4f(0.0), vec4f(1.0));
}

fn slope(v: vec4f) -> vec4f {
  let z = parameters.alpha * v + parameters.beta;
  return select(vec4f(0.0), vec4f(parameters.alpha), (z > vec4f(0.0)) & (z < vec4f(1.0)));
}
#end
#if FUNCTION == HARD_SWISH

fn f(v: vec4f) -> vec4f {
  return v * clamp(v / 6.0 + 0.5, vec4f(0.0), vec4f(1.0));
}

fn slope(v: vec4f) -> vec4f {
  return select(select(v / 3.0 + 0.5, vec4f(0.0), v <= vec4f(-3.0)), vec4f(1.0), v >= vec4f(3.0));
}
#end
#if FUNCTION == LEAKY_RELU

fn f(v: vec4f) -> vec4f {
  return select(parameters.alpha * v, v, v > vec4f(0.0));
}

fn slope(v: vec4f) -> vec4f {
  return select(vec4f(parameters.alpha), vec4f(1.0), v > vec4f(0.0));
}
#end
#if FUNCTION == LOG

fn f(v: vec4f) -> vec4f {
  return logarithm(v);
}

fn slope(v: vec4f) -> vec4f {
  return 1.0 / v;
}
#end
#if FUNCTION == MISH

fn f(v: vec4f) -> vec4f {
  // tanh(log(1 + e^x)) = (e^2x + 2 e^x) / (e^2x + 2 e^x + 2), with e^-|x|, so that nothing overflows.
  let e = exp(-abs(v));
  let right = 1.0 + 2.0 * e;
  let left = e * (e + 2.0);
  return v * select(left / (left + 2.0), right / (right + 2.0 * e * e), v > vec4f(0.0));
}

fn slope(v: vec4f) -> vec4f {
  // t + x (1 - t^2) s(x), t = tanh(log(1 + e^x)); 1 - t^2 = 4 (1 + n) / (2 + n)^2, n = e^2x + 2 e^x: both from e^-|x|.
  let e = exp(-abs(v));
  let right = 1.0 + 2.0 * e;
  let left = e * (e + 2.0);
  let whole = select(left + 2.0, right + 2.0 * e * e, v > vec4f(0.0));
  let t = select(left, right, v > vec4f(0.0)) / whole;
  let rest = 2.0 * (1.0 + e) / whole * select(vec4f(1.0), e, v > vec4f(0.0));
  return t + v * rest * rest * sigmoid(v);
}
#end
#if FUNCTION == POW

fn f(v: vec4f) -> vec4f {
  return power(v, vec4f(parameters.exponent));
}

fn slope(v: vec4f) -> vec4f {
  let b = parameters.exponent;
  return select(b * power(v, vec4f(b - 1.0)), vec4f(0.0), (v == vec4f(0.0)) & (vec4f(b) != vec4f(1.0)));
}
#end
#if FUNCTION == RECIPROCAL

fn f(v: vec4f) -> vec4f {
  return 1.0 / v;
}

fn slope(v: vec4f) -> vec4f {
  return -1.0 / (v * v);
}
#end
#if FUNCTION == SELU

fn f(v: vec4f) -> vec4f {
  return parameters.gamma * select(parameters.alpha * expm1(left(v)), v, v > vec4f(0.0));
}

fn slope(v: vec4f) -> vec4f {
  return parameters.gamma * select(parameters.alpha * exp(left(v)), vec4f(1.0), v > vec4f(0.0));
}
#end
#if FUNCTION == SIGMOID

fn f(v: vec4f) -> vec4f {
  return sigmoid(v);
}

fn slope(v: vec4f) -> vec4f {
  return sigmoid(v) * sigmoid(-v);
}
#end
#if FUNCTION == SOFTPLUS

fn f(v: vec4f) -> vec4f {
  // max(x, 0) + log(1 + e), e = e^-|x|: log(1 + e) loses a small e in 1 + e. It is 2 atanh(s) with s = e / (2 + e) <= 1/3 instead, by its series:
  // the first term left out is s^14 / 15 = 1e-8 of the result.
  let e = exp(-abs(v));
  let s = e / (2.0 + e);
  let q = s * s;
  let series = 1.0 + q * (1.0 / 3.0 + q * (1.0 / 5.0 + q * (1.0 / 7.0 + q * (1.0 / 9.0 + q * (1.0 / 11.0 + q * (1.0 / 13.0))))));
  return max(v, vec4f(0.0)) + 2.0 * s * series;
}

fn slope(v: vec4f) -> vec4f {
  return sigmoid(v);
}
#end
#if FUNCTION == SOFTSIGN

fn f(v: vec4f) -> vec4f {
  return v / (1.0 + abs(v));
}

fn slope(v: vec4f) -> vec4f {
  let whole = 1.0 + abs(v);
  return 1.0 / (whole * whole);
}
#end
#if FUNCTION == SQRT

fn f(v: vec4f) -> vec4f {
  return sqrt(v);
}

fn slope(v: vec4f) -> vec4f {
  return select(vec4f(0.0), 0.5 / sqrt(v), v > vec4f(0.0));
}
#end
#if FUNCTION == SQUARE

fn f(v: vec4f) -> vec4f {
  return v * v;
}

fn slope(v: vec4f) -> vec4f {
  return 2.0 * v;
}
#end
#if FUNCTION == TANH

fn f(v: vec4f) -> vec4f {
  // sign(x) (1 - e) / (1 + e), e = e^(-2|x|): not the built-in, which some drivers compute as sinh / cosh and which then overflows to NaN.
  let e = exp(-2.0 * abs(v));
  // 1 - e cancels near 0: there the Taylor series of tanh to the ninth order, off by at most 0.009 * 0.25^11 = 2e-9, 9e-9 of the result.
  let s = v * v;
  let series = v * (1.0 + s * (-1.0 / 3.0 + s * (2.0 / 15.0 + s * (-17.0 / 315.0 + s * (62.0 / 2835.0)))));
  return select(sign(v) * (1.0 - e) / (1.0 + e), series, abs(v) < vec4f(0.25));
}

fn slope(v: vec4f) -> vec4f {
  let e = exp(-2.0 * abs(v));
  return 4.0 * e / ((1.0 + e) * (1.0 + e));
}
#end

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
#if BACKWARD
  var value = slope(x[at.linear]) * dy[at.linear];
  if (parameters.grid.accumulate != 0u) {
    value += dx[at.linear];
  }
  dx[at.linear] = value;
#else
  y[at.linear] = f(x[at.linear]);
#end
}
