// Mean and spread of products over runs of SAMPLES_PER_RUN samples. The product p_s of sample s is factors[s][element] *
// cotangent[element], or with FACTORS 0 the cotangent. moments[run][0][element] is the mean of the run's p_s, moments[run][1][element] the
// sum of their squared distances from it.
// requires: lib/grid
// One invocation: one element of one run. It sums distances from the run's first product, so that nothing cancels where products differ
// little. It reads what other invocations of the backward pass wrote for all samples of the run, so schedules with it are never fused.
#constant SAMPLES_PER_RUN 4
#constant FACTORS 0

struct Parameters {
  grid: Grid, // tiles are elements; an invocation is (run, element)
  samples: u32, // of this chunk
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> cotangent: array<vec4f>; // [block][elements][lane]
#if FACTORS
@group(0) @binding(2) var<storage, read> factors: array<f32>; // [samples][elements]
@group(0) @binding(3) var<storage, read_write> moments: array<f32>; // [runs][2][elements]
#else
@group(0) @binding(2) var<storage, read_write> moments: array<f32>; // [runs][2][elements]
#end

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let linear = id.y * groups.x * 64u + id.x;
  let elements = p.grid.tiles;
  let run = linear / elements;
  let element = linear % elements;
  let start = run * ${SAMPLES_PER_RUN}u;
  if (start >= p.samples) {
    return;
  }
  let end = min(start + ${SAMPLES_PER_RUN}u, p.samples);
  var first = 0.0;
  var sum = 0.0;
  var squares = 0.0;
  for (var sample = start; sample < end; sample += 4u) {
    let quad = sample / 4u;
    let four = cotangent[(quad / p.grid.lanes * elements + element) * p.grid.lanes + quad % p.grid.lanes];
#for i in 0..4
    if (sample + ${i}u < end) {
#if FACTORS
      let product$i = four[$i] * factors[(sample + ${i}u) * elements + element];
#else
      let product$i = four[$i];
#end
      first = select(first, product$i, sample + ${i}u == start);
      let distance$i = product$i - first;
      sum += distance$i;
      squares += distance$i * distance$i;
    }
#end
  }
  let mean = sum / f32(end - start);
  moments[2u * run * elements + element] = first + mean;
  moments[(2u * run + 1u) * elements + element] = max(0.0, squares - sum * mean);
}
