// Functions of two tensors, backward: da = the sum of df/da dy over the elements that a was stretched to. With POSITION 1 it is db, and a
// and b change places. FUNCTION is one of the constants below it. The derivatives times dy are
//   for a b: b dy; for a / b: dy / b, and for the divisor -a / b / b dy;
//   for the larger or the smaller: dy where the operand is taken, the first of equals;
//   for a^b: b a^(b-1) dy, and 0 at a = 0 unless b = 1; for the exponent log(a) a^b dy, and 0 where a <= 0;
//   for remainders: dy, and for the divisor minus the whole quotient times dy;
//   for CHOSEN, where a is taken while b, a condition, is not 0: dy there; and for UNCHOSEN, where a is taken while b is 0, dy there.
// requires: lib/grid
// requires: lib/index
// The sum walks the output along `rank` axes of sizes `shape`. The axes along which a was stretched are innermost. Element j of a sums the
// steps j * reduced to (j + 1) * reduced - 1. `strides_out` and `strides_other` are the strides of the output and the other operand. Sums
// are made in runs of 64, so that a long sum (a channel gate over a whole plane) keeps its digits.
// One invocation: one element of da of four samples.
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
#constant CHOSEN 14
#constant UNCHOSEN 15
#constant POSITION 0
// Whether the derivative depends on the operand itself.
#constant OWN (FUNCTION<CHOSEN)*(FUNCTION!=MUL)*(FUNCTION!=DIV||POSITION==1)
#if FUNCTION == POW
// requires: lib/math/power
#end
#if FUNCTION == MOD || FUNCTION == FMOD
// requires: lib/math/quotient
#end

struct Parameters {
  grid: Grid,
  rank: u32,
  reduced: u32,
  elements_out: u32,
  elements_other: u32,
  shape_low: vec4u,
  shape_high: vec4u,
  strides_out_low: vec4u,
  strides_out_high: vec4u,
  strides_other_low: vec4u,
  strides_other_high: vec4u,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
#if OWN
@group(0) @binding(1) var<storage, read> a: array<vec4f>; // [block][tiles][lane]
#end
@group(0) @binding(${1 + OWN}) var<storage, read> b: array<vec4f>; // [block][elements_other][lane]
@group(0) @binding(${2 + OWN}) var<storage, read> dy: array<vec4f>; // [block][elements_out][lane]
@group(0) @binding(${3 + OWN}) var<storage, read_write> da: array<vec4f>; // [block][tiles][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = place(parameters.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let p = parameters;
  let first = at.tile * p.reduced;
  let end = first + p.reduced;
#if OWN
  let own = a[at.linear];
#end
  var sum = vec4f(0.0);
  for (var start = first; start < end; start += 64u) {
    var run = vec4f(0.0);
    for (var step = start; step < min(start + 64u, end); step++) {
      let of_out = address(step, p.rank, p.shape_low, p.shape_high, p.strides_out_low, p.strides_out_high);
      let out = (at.block * p.elements_out + of_out) * p.grid.lanes + at.lane;
      let of_other = address(step, p.rank, p.shape_low, p.shape_high, p.strides_other_low, p.strides_other_high);
      let other = b[(at.block * p.elements_other + of_other) * p.grid.lanes + at.lane];
#if FUNCTION == MUL
      run += other * dy[out];
#end
#if FUNCTION == DIV && POSITION == 0
      run += dy[out] / other;
#end
#if FUNCTION == DIV && POSITION == 1
      // `other` is the dividend here. other / (own own) would overflow long before the quotient does.
      run -= other / own / own * dy[out];
#end
#if FUNCTION == MAX && POSITION == 0
      run += select(vec4f(0.0), dy[out], own >= other);
#end
#if FUNCTION == MAX && POSITION == 1
      run += select(vec4f(0.0), dy[out], own > other);
#end
#if FUNCTION == MIN && POSITION == 0
      run += select(vec4f(0.0), dy[out], own <= other);
#end
#if FUNCTION == MIN && POSITION == 1
      run += select(vec4f(0.0), dy[out], own < other);
#end
#if FUNCTION == POW && POSITION == 0
      let slope = select(other * power(own, other - 1.0), vec4f(0.0), (own == vec4f(0.0)) & (other != vec4f(1.0)));
      run += slope * dy[out];
#end
#if FUNCTION == POW && POSITION == 1
      // `other` is the base here.
      run += select(vec4f(0.0), logarithm(other) * power(other, own) * dy[out], other > vec4f(0.0));
#end
#if (FUNCTION == MOD || FUNCTION == FMOD) && POSITION == 0
      run += dy[out];
#end
#if FUNCTION == MOD && POSITION == 1
      // `other` is the dividend here.
      run -= floored_quotient(other, own) * dy[out];
#end
#if FUNCTION == FMOD && POSITION == 1
      run -= truncated_quotient(other, own) * dy[out];
#end
#if FUNCTION == CHOSEN
      run += select(vec4f(0.0), dy[out], other != vec4f(0.0));
#end
#if FUNCTION == UNCHOSEN
      run += select(vec4f(0.0), dy[out], other == vec4f(0.0));
#end
    }
    sum += run;
  }
  var value = sum;
  if (parameters.grid.accumulate != 0u) {
    value += da[at.linear];
  }
  da[at.linear] = value;
}
