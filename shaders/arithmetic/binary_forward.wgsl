// Functions of two tensors, forward: y = f(a, b), both broadcast to the shape of y.
// FUNCTION is one of the constants below it, in the order of src/ops/arithmetic/binary.ts. MAX and MIN: the larger and smaller; POW: a^b;
// MOD and FMOD: the remainder with the sign of b, and with that of a. Comparisons give 1 where they hold, else 0.
// requires: lib/grid
// requires: lib/index
// y has `rank` axes of sizes `shape`. `strides_a` and `strides_b` are the strides of a and b along them, 0 where a or b is stretched.
// One invocation: one element of y of four samples.
#constant FUNCTION 0
#constant ADD 0
#constant DIV 1
#constant MAX 2
#constant MIN 3
#constant MUL 4
#constant POW 5
#constant SUB 6
#constant MOD 7
#constant FMOD 8
#constant EQUAL 9
#constant GREATER 10
#constant GREATER_OR_EQUAL 11
#constant LESS 12
#constant LESS_OR_EQUAL 13
#if FUNCTION == POW
// requires: lib/math/power
#end
#if FUNCTION == MOD || FUNCTION == FMOD
// requires: lib/math/quotient
#end

struct Parameters {
  grid: Grid,
  rank: u32,
  elements_a: u32,
  elements_b: u32,
  shape_low: vec4u,
  shape_high: vec4u,
  strides_a_low: vec4u,
  strides_a_high: vec4u,
  strides_b_low: vec4u,
  strides_b_high: vec4u,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> a: array<vec4f>; // [block][elements_a][lane]
@group(0) @binding(2) var<storage, read> b: array<vec4f>; // [block][elements_b][lane]
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>; // [block][tiles][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let p = parameters;
  let of_a = address(at.tile, p.rank, p.shape_low, p.shape_high, p.strides_a_low, p.strides_a_high);
  let of_b = address(at.tile, p.rank, p.shape_low, p.shape_high, p.strides_b_low, p.strides_b_high);
  let left = a[(at.block * p.elements_a + of_a) * p.grid.lanes + at.lane];
  let right = b[(at.block * p.elements_b + of_b) * p.grid.lanes + at.lane];
#if FUNCTION == ADD
  y[at.linear] = left + right;
#end
#if FUNCTION == DIV
  y[at.linear] = left / right;
#end
#if FUNCTION == MAX
  y[at.linear] = max(left, right);
#end
#if FUNCTION == MIN
  y[at.linear] = min(left, right);
#end
#if FUNCTION == MUL
  y[at.linear] = left * right;
#end
#if FUNCTION == POW
  y[at.linear] = power(left, right);
#end
#if FUNCTION == SUB
  y[at.linear] = left - right;
#end
#if FUNCTION == MOD
  y[at.linear] = left - floored_quotient(left, right) * right;
#end
#if FUNCTION == FMOD
  y[at.linear] = left - truncated_quotient(left, right) * right;
#end
#if FUNCTION == EQUAL
  y[at.linear] = select(vec4f(0.0), vec4f(1.0), left == right);
#end
#if FUNCTION == GREATER
  y[at.linear] = select(vec4f(0.0), vec4f(1.0), left > right);
#end
#if FUNCTION == GREATER_OR_EQUAL
  y[at.linear] = select(vec4f(0.0), vec4f(1.0), left >= right);
#end
#if FUNCTION == LESS
  y[at.linear] = select(vec4f(0.0), vec4f(1.0), left < right);
#end
#if FUNCTION == LESS_OR_EQUAL
  y[at.linear] = select(vec4f(0.0), vec4f(1.0), left <= right);
#end
}
