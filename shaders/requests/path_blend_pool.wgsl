// An affine value at all points of straight paths, h(a) = h(baseline) + a (h(input) - h(baseline)), and the maxima of its windows. h itself is
// never stored. With RELU, y = max(maximum, 0), and the code is CLOSED where the maximum is not above 0.
// requires: lib/path
// requires: lib/codes
// One invocation: DOWN windows, one below the other, of four samples in CHANNELS channels. Where they overlap they share a row's maximum. Their
// taps are unrolled: first the maxima of each row of a window, then those of its rows. Of equal elements the first in row-major order counts.
// PADDED: windows reach beyond the plane. A tap there is replaced by the nearest one in the plane, which its window has, too.
#constant RELU 0
#constant ROWS 2
#constant COLUMNS 2
#constant ROW_STRIDE ROWS
#constant COLUMN_STRIDE COLUMNS
#constant PADDED 0
#constant DOWN 1
#constant CHANNELS 1
// A derived constant: the rows of h that the windows of an invocation cover.
#constant COVERED_ROWS (DOWN - 1) * ROW_STRIDE + ROWS

struct Parameters {
  grid: Grid,
  elements: u32, // of h
  channels: u32,
  size: vec2u, // of a plane of h: rows, columns, as in the members below
  pooled_size: vec2u,
  padding: vec2u, // before the first row and column
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
  // The windows of an invocation, as an element of a plane of such.
  let plane_tiles = (p.pooled_size.x + ${DOWN - 1}u) / ${DOWN}u * p.pooled_size.y;
  let within = at.tile % plane_tiles;
  let channel = at.tile / plane_tiles * ${CHANNELS}u;
  let count = min(${CHANNELS}u, p.channels - channel);
  let window = vec2u(within / p.pooled_size.y * ${DOWN}u, within % p.pooled_size.y);
  let step = 2u * p.ends_lanes;
  let corner = vec2i(window * vec2u(${ROW_STRIDE}u, ${COLUMN_STRIDE}u)) - vec2i(p.padding);
  let last = vec2i(p.size) - 1;
#for r in 0..COVERED_ROWS
  let row$r = clamp(corner.x + $r, 0, last.x);
  let line$r = u32(row$r) * p.size.y * step;
#end
#for c in 0..COLUMNS
  let column$c = clamp(corner.y + $c, 0, last.y);
  let place$c = u32(column$c) * step;
#end
  let plane = p.pooled_size.x * p.pooled_size.y;
  var start = ends_index(path.image, channel * p.size.x * p.size.y, p.elements, p.ends_lanes);
  var first = ((at.block * p.channels + channel) * plane + window.x * p.pooled_size.y + window.y) * p.grid.lanes + at.lane;
  for (var k = 0u; k < count; k++) {
#for r in 0..COVERED_ROWS
#for c in 0..COLUMNS
    let value${r}_$c = blend(ends[start + line$r + place$c], alpha);
#end
    var largest$r = value${r}_0;
#if PADDED
    var taps$r = vec4u(u32(column0 - corner.y));
#else
    var taps$r = vec4u(0u);
#end
#for j in 1..COLUMNS
#if PADDED
    taps$r = select(taps$r, vec4u(u32(column$j - corner.y)), value${r}_$j > largest$r);
#else
    taps$r = select(taps$r, vec4u(${j}u), value${r}_$j > largest$r);
#end
    largest$r = max(largest$r, value${r}_$j);
#end
#end
#for d in 0..DOWN
    if (window.x + ${d}u < p.pooled_size.x) {
      var largest = largest${d * ROW_STRIDE};
#if PADDED
      var taps = taps${d * ROW_STRIDE} + vec4u((u32(row${d * ROW_STRIDE} - corner.x) - ${d * ROW_STRIDE}u) * ${COLUMNS}u);
#else
      var taps = taps${d * ROW_STRIDE};
#end
#for i in 1..ROWS
#if PADDED
      let tap$i = taps${d * ROW_STRIDE + i} + vec4u((u32(row${d * ROW_STRIDE + i} - corner.x) - ${d * ROW_STRIDE}u) * ${COLUMNS}u);
#else
      let tap$i = taps${d * ROW_STRIDE + i} + vec4u(${i * COLUMNS}u);
#end
      taps = select(taps, tap$i, largest${d * ROW_STRIDE + i} > largest);
      largest = max(largest, largest${d * ROW_STRIDE + i});
#end
#if RELU
      taps = select(vec4u(CLOSED), taps, largest > vec4f(0.0));
      largest = select(largest, vec4f(0.0), largest <= vec4f(0.0));
#end
      let index = first + ${d}u * p.pooled_size.y * p.grid.lanes;
      codes[index] = code_word(taps);
      y[index] = largest;
    }
#end
    start += p.size.x * p.size.y * step;
    first += plane * p.grid.lanes;
  }
}
