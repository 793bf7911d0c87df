// The weighted sum over alphas: sums[image][element] += sum_k weights[k] * cotangent[element] of the image's step k, over this chunk's
// samples.
// requires: lib/path
// requires: lib/codes
// One invocation: one element of one image. With TAPS: one window, whose cotangent goes to the tap that its code names.
// Sums are made in runs of SAMPLES_PER_RUN steps, and then over the runs, one after the other from the first on. Adding 1,024 alphas one
// after the other would cost a decimal digit, and fast-math compilers undo compensated sums. Runs start at multiples of SAMPLES_PER_RUN,
// and a chunk continues the sum of the chunks before it. So a split into chunks between runs changes no bit.
// A sample with weight 0 (an end, or the rest of a quad) is left out rather than multiplied: its cotangent need not be finite.
#constant SAMPLES_PER_RUN 4
#constant TAPS 0
#constant COLUMNS 2

struct Parameters {
  grid: Grid, // of the sums; tiles are elements or windows, an invocation is (image, tile)
  elements: u32, // of the sums
#if TAPS
  width: u32, // columns of the sums
  pooled_height: u32,
  pooled_width: u32,
  plane: u32, // elements of the sums in a plane
#end
  sample_lanes: u32, // lanes of the cotangent's layout
  samples: u32, // of this chunk
  offset: u32, // the request's first sample in this chunk
  steps: u32,
  first_image: u32, // the first with samples in this chunk
  images: u32, // those with samples in this chunk
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
#if TAPS
@group(0) @binding(1) var<storage, read> cotangent: array<vec4f>; // [block][windows][lane]
@group(0) @binding(2) var<storage, read> weights: array<vec4f>; // [steps / 4]
@group(0) @binding(3) var<storage, read> codes: array<u32>; // [block][windows][lane]
@group(0) @binding(4) var<storage, read_write> sums: array<f32>; // [block][elements][lane][4 images]
#else
@group(0) @binding(1) var<storage, read> cotangent: array<vec4f>; // [block][elements][lane]
@group(0) @binding(2) var<storage, read> weights: array<vec4f>; // [steps / 4]
@group(0) @binding(3) var<storage, read_write> sums: array<f32>; // [block][elements][lane][4 images]
#end

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let linear = id.y * groups.x * 64u + id.x;
  if (linear >= p.images * p.grid.tiles) {
    return;
  }
  let tile = linear % p.grid.tiles;
  let image = p.first_image + linear / p.grid.tiles;
  let quad_of_image = image / 4u;
  let lanes = p.grid.lanes;
  let start = image * p.steps;
  let end = min(start + p.steps, p.offset + p.samples);
  var sample = max(start, p.offset);
#if TAPS
  let column = tile % p.pooled_width;
  let row = tile / p.pooled_width % p.pooled_height;
  let channel = tile / (p.pooled_width * p.pooled_height);
  let corner = channel * p.plane + row * ${TAPS / COLUMNS}u * p.width + column * ${COLUMNS}u;
  let first = ((quad_of_image / lanes * p.elements + corner) * lanes + quad_of_image % lanes) * 4u + image % 4u;
#for t in 0..TAPS
  let at$t = first + (${t / COLUMNS}u * p.width + ${t % COLUMNS}u) * lanes * 4u;
  var total$t = so_far(at$t, start < p.offset);
#end
#else
  let at = ((quad_of_image / lanes * p.elements + tile) * lanes + quad_of_image % lanes) * 4u + image % 4u;
  var total = so_far(at, start < p.offset);
#end
  while (sample < end) {
    let stop = min(end, start + ((sample - start) / ${SAMPLES_PER_RUN}u + 1u) * ${SAMPLES_PER_RUN}u);
#if TAPS
#for t in 0..TAPS
    var run$t = 0.0;
#end
#else
    var run = 0.0;
#end
    for (; sample < stop; sample += 4u) {
      let quad = (sample - p.offset) / 4u;
      let index = (quad / p.sample_lanes * p.grid.tiles + tile) * p.sample_lanes + quad % p.sample_lanes;
      let weight = weights[(sample - start) / 4u];
      let counted = select(vec4f(0.0), cotangent[index], weight != vec4f(0.0));
#if TAPS
      let product = weight * counted;
      let taps = codes_of(codes[index]);
#for t in 0..TAPS
      run$t += dot(select(vec4f(0.0), product, taps == vec4u($t)), vec4f(1.0));
#end
#else
      run += dot(weight, counted);
#end
    }
#if TAPS
#for t in 0..TAPS
    total$t += run$t;
#end
#else
    total += run;
#end
  }
#if TAPS
#for t in 0..TAPS
  sums[at$t] = total$t;
#end
#else
  sums[at] = total;
#end
}

// The image may have `begun` in earlier chunks. Otherwise what lies there is left from an earlier request, and is not added to.
fn so_far(index: u32, begun: bool) -> f32 {
  return select(0.0, sums[index], begun);
}
