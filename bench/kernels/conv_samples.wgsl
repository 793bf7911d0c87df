// A 3x3 convolution with stride 1, padding 1 and one group, samples innermost. Every load is of four samples. A tile of 8 channels x ROWS
// rows x 4 columns stays in registers, and its taps are unrolled. Loads outside the plane are clamped and replaced by 0.
// One invocation: one tile of one quad of samples.
#constant ROWS 1

struct Parameters {
  lanes: u32,
  blocks: u32,
  channels: u32,
  outputs: u32,
  size: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [block][channels][size][size][lane]
@group(0) @binding(2) var<storage, read> weights: array<vec4f>; // [tiles of 8 outputs][channels][3][3][2]
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>; // [block][outputs][size][size][lane]

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = parameters;
  let linear = id.y * groups.x * 64u + id.x;
  let columns = (p.size + 3u) / 4u;
  let rows = (p.size + ${ROWS - 1}u) / ${ROWS}u;
  let tiles = (p.outputs + 7u) / 8u;
  let lane = linear % p.lanes;
  let tile = linear / p.lanes;
  let left = tile % columns * 4u;
  let top = tile / columns % rows * ${ROWS}u;
  let first = tile / (columns * rows) % tiles * 8u;
  let outer = tile / (columns * rows * tiles);
  if (outer >= p.blocks) {
    return;
  }
#for r in 0..ROWS
#for q in 0..4
#for o in 0..8
  var y${r}_${q}_$o = vec4f(0.0);
#end
#end
#end
  // `&&` would be a branch around every load, which takes SwiftShader minutes to compile.
#for r in 0..ROWS + 2
  let inside_row$r = (top + ${r}u >= 1u) & (top + ${r}u <= p.size);
  let row$r = clamp(top + ${r}u, 1u, p.size) - 1u;
#end
#for q in 0..6
  let inside_column$q = (left + ${q}u >= 1u) & (left + ${q}u <= p.size);
  let column$q = clamp(left + ${q}u, 1u, p.size) - 1u;
#end
  var w = first / 8u * p.channels * 18u;
  for (var c = 0u; c < p.channels; c++) {
    let plane = (outer * p.channels + c) * p.size * p.size;
#for r in 0..ROWS + 2
#for q in 0..6
    let x${r}_$q = select(vec4f(0.0), x[(plane + row$r * p.size + column$q) * p.lanes + lane], inside_row$r & inside_column$q);
#end
#end
#for k in 0..9
    let w${k}_0 = weights[w + ${2 * k}u];
    let w${k}_1 = weights[w + ${2 * k + 1}u];
#for r in 0..ROWS
#for q in 0..4
#for o in 0..8
    y${r}_${q}_$o += x${r + k / 3}_${q + k % 3} * w${k}_${o / 4}[${o % 4}];
#end
#end
#end
#end
    w += 18u;
  }
#for o in 0..8
#for r in 0..ROWS
#for q in 0..4
  if (first + ${o}u < p.outputs && top + ${r}u < p.size && left + ${q}u < p.size) {
    y[(((outer * p.outputs + first + ${o}u) * p.size + top + ${r}u) * p.size + left + ${q}u) * p.lanes + lane] = y${r}_${q}_$o;
  }
#end
#end
#end
}
