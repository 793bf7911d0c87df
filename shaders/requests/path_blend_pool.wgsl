// An affine value at all points of straight paths, h(a) = h(baseline) + a (h(input) - h(baseline)), and the maxima of its windows, which
// tile the plane. h itself is never stored. With RELU, y = max(maximum, 0), and the code is CLOSED where the maximum is not above 0.
// requires: lib/path
// requires: lib/codes
// One invocation: one window, its taps unrolled, of four samples in CHANNELS channels.
#constant RELU 0
#constant ROWS 2
#constant COLUMNS 2
#constant CHANNELS 1

struct Parameters {
  grid: Grid,
  elements: u32, // of h
  channels: u32,
  width: u32, // columns of h
  pooled_height: u32,
  pooled_width: u32,
  plane: u32, // elements of h in a plane
  ends_lanes: u32,
  samples: u32, // of the whole request
  offset: u32, // the request's first sample in this chunk
  steps: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> ends: array<vec2f>; // [block][elements][lane][2 paths], (input, baseline)
@group(0) @binding(2) var<storage, read> alphas: array<vec4f>; // [steps / 4]
@group(0) @binding(3) var<storage, read_write> codes: array<u32>; // [block][pooled elements][lane]
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>; // [block][pooled elements][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let at = place(p.grid, id, groups);
  if (!at.inside) {
    return;
  }
  let path = path_of(at.block * p.grid.lanes + at.lane, p.offset, p.samples, p.steps);
  let alpha = alphas[path.step / 4u];
  let windows = p.pooled_height * p.pooled_width; // of a channel
  let window = at.tile % windows;
  let channel = at.tile / windows * ${CHANNELS}u;
  let count = min(${CHANNELS}u, p.channels - channel);
  let corner = channel * p.plane + window / p.pooled_width * ${ROWS}u * p.width + window % p.pooled_width * ${COLUMNS}u;
  let step = 2u * p.ends_lanes;
  var start = ends_index(path.image, corner, p.elements, p.ends_lanes);
  var index = ((at.block * p.channels + channel) * windows + window) * p.grid.lanes + at.lane;
  for (var c = 0u; c < count; c++) {
    var largest = blend(ends[start], alpha);
    var taps = vec4u(0u);
#for i in 0..ROWS
#for j in 0..COLUMNS
#if i + j > 0
    let value${i}_$j = blend(ends[start + (${i}u * p.width + ${j}u) * step], alpha);
    taps = select(taps, vec4u(${i * COLUMNS + j}u), value${i}_$j > largest);
    largest = max(largest, value${i}_$j);
#end
#end
#end
#if RELU
    taps = select(vec4u(CLOSED), taps, largest > vec4f(0.0));
    largest = select(largest, vec4f(0.0), largest <= vec4f(0.0));
#end
    codes[index] = code_word(taps);
    y[index] = largest;
    start += p.plane * step;
    index += windows * p.grid.lanes;
  }
}
