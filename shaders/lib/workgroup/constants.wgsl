// The constants of products whose workgroups hold tiles of both factors in workgroup memory. A workgroup computes OUTPUTS outputs of QUADS
// columns. A column is one place of one quad: a row of a product or a pixel of a plane, for four samples. All places of all quads lie on one
// axis, so tiles are full however few samples there are. An invocation has 8 outputs of EACH columns. A step along the depth reads 8 weights
// and EACH quads from workgroup memory for 32 EACH multiply-adds. src/gpu/kernels/workgroup_tiles.ts has the tiles that are tried.
// What is outside is replaced as it is loaded, so the loop over steps has no bounds.
// requires: lib/grid
#constant OUTPUTS 64
#constant QUADS 16
#constant EACH 2
// Steps of the depth that lie in workgroup memory at a time, and those that the loop's body has.
#constant DEPTH 16
#constant STEPS 4
// Parts of the workgroup that take turns along the depth, each with tiles of its own. The first adds the sums of all in the end.
#constant SLICES 1
// Outputs in a tile of the packed weights. TRANSPOSED: the weights are those of the other direction, in tiles of TRANSPOSED steps of the
// depth, so that a vector holds four steps of one output.
#constant TILE 16
#constant TRANSPOSED 0
// Whether a kernel has a function that finds a step's row of weights. In the others weights lie in the order of the steps.
#constant PHASES 0
// The epilogue: what is added, a ReLU with its gates, the gates of the value whose cotangent is written.
#constant BIAS 0
#constant RESIDUAL 0
#constant ACCUMULATE 0
#constant RELU 0
#constant GATED 0
// Derived: vectors of weights in a packed tile, invocations of a slice and of a workgroup, what each loads for a round.
#constant VECTORS TILE / 4
#constant ACROSS QUADS / EACH
#constant MEMBERS OUTPUTS / 8 * ACROSS
#constant WORKGROUP MEMBERS * SLICES
#constant X_LOADS DEPTH * QUADS / MEMBERS
#constant W_LOADS (TRANSPOSED == 0) * DEPTH * OUTPUTS / 4 / MEMBERS
#constant W_BLOCKS (TRANSPOSED > 0) * (DEPTH * OUTPUTS / 16 + MEMBERS - 1) / MEMBERS
#if RELU || GATED
// requires: lib/gates
#end

var<workgroup> tile_x: array<vec4f, ${SLICES * DEPTH * QUADS}>; // [slice][step][quad]
var<workgroup> tile_w: array<vec4f, ${SLICES * DEPTH * OUTPUTS / 4}>; // [slice][step][four outputs]
