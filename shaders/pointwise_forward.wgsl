// Pointwise functions, forward: y = f(x).
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
#if FUNCTION == GELU_TANH
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
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>; // like x

fn f(v: vec4f) -> vec4f {
#if FUNCTION == ABS
  return abs(v);
#end
#if FUNCTION == CELU
  return select(parameters.alpha * expm1(v / parameters.alpha), v, v > vec4f(0.0));
#end
#if FUNCTION == CUBE
  return v * v * v;
#end
#if FUNCTION == ERF
  return erf(v);
#end
#if FUNCTION == EXP
  return exp(v);
#end
#if FUNCTION == GELU
  // x erfc(-x / sqrt(2)) / 2: 1 + erf would cancel in the left tail.
  let half_tail = 0.5 * erfc_positive(0.7071067811865476 * abs(v));
  return v * select(half_tail, 1.0 - half_tail, v > vec4f(0.0));
#end
#if FUNCTION == GELU_TANH
  // (1 + tanh(u)) / 2 = sigmoid(2 u): 1 + tanh would cancel in the left tail, and tanh overflows on some devices.
  return v * sigmoid(1.5957691216057308 * v * (1.0 + 0.044715 * v * v));
#end
#if FUNCTION == LOG
  return logarithm(v);
#end
#if FUNCTION == MISH
  // tanh(log(1 + e^x)) = (e^2x + 2 e^x) / (e^2x + 2 e^x + 2), with e^-|x|, so that nothing overflows.
  let e = exp(-abs(v));
  let right = 1.0 + 2.0 * e;
  let left = e * (e + 2.0);
  return v * select(left / (left + 2.0), right / (right + 2.0 * e * e), v > vec4f(0.0));
#end
#if FUNCTION == POW
  return power(v, vec4f(parameters.exponent));
#end
#if FUNCTION == RECIPROCAL
  return 1.0 / v;
#end
#if FUNCTION == SELU
  return parameters.gamma * select(parameters.alpha * expm1(v), v, v > vec4f(0.0));
#end
#if FUNCTION == SOFTSIGN
  return v / (1.0 + abs(v));
#end
#if FUNCTION == SQRT
  return sqrt(v);
#end
#if FUNCTION == SQUARE
  return v * v;
#end
}

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
  y[at.linear] = f(x[at.linear]);
}
