import type { Shape } from '../tensor/tensor.js';
import type { KernelName } from './kernel_name.js';
import type { NodeInput, NodeReader, Reading } from './node_reader.js';

/** The attributes of operators that have none. */
export type NoAttributes = Readonly<Record<string, never>>;

/** Facts about an operator, for passes, analyses and docs/operators.md. */
export interface OperatorFacts {
  /** The opset of ONNX that introduced it. `internal`: passes over the graph make it, and no file holds it. */
  readonly since: number | 'internal';
  /** The last opset that has it, if a later one removed it. */
  readonly until?: number;
  /** The least and the most inputs that a node may have, in any opset. One where this is absent. Those up to the least are not optional. */
  readonly inputs?: readonly [least: number, most: number];
  /** The most outputs that a node may have, in any opset. One where this is absent. */
  readonly outputs?: number;
  /** Whether it belongs to a convolution that it follows: each channel of its output comes from the same channel of its input. */
  readonly followsLayer?: true;
  /** Whether a unit's slope can be exactly 0 over a range of inputs, so that the unit passes no gradient. */
  readonly canBeDead?: true;
  /** Whether it jumps where it is not smooth. Its gradient does not show a jump, so no exact integral of the gradient is complete. */
  readonly jumps?: true;
  /** Whether it is constant in pieces. No gradient passes it, and it has no backward kernels. */
  readonly flat?: true;
  /** Positions of the inputs that kernels read as constants. A constant at any other position becomes a value for them. */
  readonly constantInputs?: readonly number[];
  /** Text for docs/operators.md that nothing else says. */
  readonly notes?: OperatorNotes;
}

export interface OperatorNotes {
  /** When a node is piecewise affine in the image, if the answer is neither always nor never. `no`: only in meaningless cases. */
  readonly exact?: string;
  readonly note?: string;
}

/**
 * Everything that Pathlight knows of an operator: how to read it from a file, its forward and backward pass in float64 (the reference,
 * which the CPU executor runs), and the kernels that compute the same on a GPU. `A` is the type of its attributes, which is the same for
 * all opsets.
 */
export interface Operator<A = NoAttributes> extends OperatorFacts {
  /** Reads and checks attributes and constant inputs of any opset from 7 to 28, and gives the output's shape. Throws PathlightError. */
  read(node: NodeReader): Reading<A>;

  /** y = f(inputs) for one sample, as a new array of `sizeOf(shape)` elements. */
  forward(evaluation: Evaluation<A>): Float64Array;

  /**
   * The vector-Jacobian product. Given the cotangent of the output, it returns for every `wanted` input its cotangent, as a new array, and
   * undefined for the others. Absent for operators that are only folded (shape arithmetic).
   */
  backward?(evaluation: BackwardEvaluation<A>): (Float64Array | undefined)[];

  /**
   * Whether the output is affine in all active inputs together, while the other inputs are constant. `active[i]` says whether input i
   * depends on the image. Absent where the output never is.
   */
  linear?(attributes: A, active: readonly boolean[]): boolean;

  /** Present where the output is piecewise affine in the first input, if no other input depends on the image. */
  readonly piecewise?: Piecewise<A>;

  /**
   * What takes the place of the derivative in backward passes by other rules. Where a nonlinear operator lacks the rule, such a pass takes
   * the derivative at the sample, and says so (src/graph/analysis/rules.ts).
   */
  readonly rules?: { readonly [Rule in BackwardRule]?: RuledBackward<A> };

  /** Whether a node of the file may have several outputs. Each that is read becomes a node of the graph, and `read` learns which it is. */
  readonly several?: boolean;

  /** Whether the output has the elements of the first input in the same order (Reshape, Flatten, ...). A GPU computes nothing then. */
  readonly view?: boolean;

  /** Multiply-adds for one sample, given the shapes of the inputs and the output. Absent where they are not worth counting. */
  multiplyAdds?(attributes: A, inputs: readonly Shape[], output: Shape): number;

  /**
   * Operations of `forward` on constants, beyond one for each element of the operands and the output, if there are more than
   * `multiplyAdds` says. A file may not ask for any amount of them (src/onnx/folding_budget.ts).
   */
  foldingWork?(attributes: A, inputs: readonly Shape[], output: Shape): number;

  /** Whether `lower` can compute this epilogue after a node. Absent where it can compute none. `lowering.output` is the node's own, z. */
  fuses?(lowering: Lowering<A>, epilogue: Epilogue): boolean;

  /**
   * The kernels of both directions. Absent for views, for operators that are only folded, and for those that a pass rewrites
   * (src/graph/passes/canonicalise.ts).
   */
  lower?(lowering: Lowering<A>): Lowered;
}

/** An input of one sample in float64. */
export interface Operand {
  readonly shape: Shape;
  readonly data: Float64Array;
}

export interface Evaluation<A> {
  readonly attributes: A;
  readonly inputs: readonly Operand[];
  /** The shape of the output. */
  readonly shape: Shape;
}

export interface BackwardEvaluation<A> extends Evaluation<A> {
  readonly output: Float64Array;
  readonly cotangent: Float64Array;
  readonly wanted: readonly boolean[];
}

/** What a backward pass uses for nonlinear operators instead of their derivatives. `rescale` is DeepLIFT's (src/ops/shared/rescale.ts). */
export type BackwardRule = 'rescale';

/** One operator in a backward pass by a rule. Each sample went through the network beside its twin, which is its baseline. */
export interface RuledBackward<A> {
  /** Whether it serves a node, from its attributes and which of its inputs depend on the image. Absent where it serves all nodes. */
  serves?(attributes: A, active: readonly boolean[]): boolean;

  /** Like the operator's own `backward`, but by the rule. */
  backward(evaluation: RuledEvaluation<A>): (Float64Array | undefined)[];

  /** Kernels of both directions. In a quad the first and third are samples, the second and fourth their twins. */
  lower(lowering: Lowering<A>): Lowered;
}

export interface RuledEvaluation<A> extends BackwardEvaluation<A> {
  readonly twin: { readonly inputs: readonly Operand[]; readonly output: Float64Array };
}

/** What `lower` is told about a node: its shapes, and its constant inputs. */
export interface Lowering<A> {
  readonly attributes: A;
  readonly inputs: readonly NodeInput[];
  /** What the kernels store: the node's output, or the epilogue's result. */
  readonly output: { readonly name: string; readonly shape: Shape };
  /** Present only if the operator's `fuses` accepted it. */
  readonly epilogue?: Epilogue;
}

/**
 * What a node's kernel computes from the node's output z before it stores it: y = relu(pool(z + residual)), each part optional.
 *
 * The forward kernel writes what backward needs (src/ops/shared/saved_for_backward.ts). With `relu` these are the gates of y, one bit for
 * each element and sample, { kind: 'saved', name: gatesOf(y) }. With `pool` they are codes instead, one byte for each element and sample,
 * { kind: 'saved', name: codesOf(y) }.
 *
 * The backward dispatches of the node read the cotangent of z. Without a pool that is `cotangent y` itself, since the kernel that writes it
 * applies the gates as it stores (Dispatch.gateable). With a pool the dispatches read `cotangent y` and the codes, and spread the cotangent
 * over the windows as they load it. The scheduler computes the residual's cotangent.
 */
export interface Epilogue {
  /** A value of z's shape. */
  readonly residual?: string;
  /** The maximum over windows of z's planes, the first of equals. */
  readonly pool?: Window;
  readonly relu: boolean;
}

/**
 * One run of a kernel, as data. Schedules give operands their memory (src/gpu/compile/schedule.ts), which lives as long as dispatches need
 * it. Recordings bind buffers and fill the grid header (src/gpu/layered/recording.ts). Operators know nothing of devices.
 */
export interface Dispatch {
  readonly kernel: KernelName;
  /** The operands at `@group(0) @binding(1)`, `@binding(2)`, ... Binding 0 is the uniform `parameters`. */
  readonly bindings: readonly Binding[];
  /**
   * Members of the kernel's `Parameters` struct besides `grid`, by name, vec4u members as arrays of 4. Reflection gives types and offsets.
   */
  readonly parameters: Readonly<Record<string, number | readonly number[]>>;
  /** Invocations for every quad of samples. */
  readonly tiles: number;
  /**
   * Integers for the kernel's template (src/gpu/kernels/template.ts), which make a variant. If ACCUMULATE is among them, the backward pass
   * (src/gpu/compile/passes.ts) sets it to 0 where nothing is in the cotangent yet.
   */
  readonly constants?: Readonly<Record<string, number>>;
  /**
   * The most neighbouring quads (a power of two) that an invocation can work on. src/gpu/kernels/variant.ts sets the template constant
   * QUADS to this or less, at most the lanes of a block. `tiles` counts the invocations for each such group of quads.
   */
  readonly quads?: number;
  /**
   * The number of rows that need the same weights: `tiles` is this times the number of tiles of outputs. An invocation can work on several
   * rows, as the template constant ROWS says. src/gpu/kernels/variant.ts sets ROWS where a block has few lanes.
   */
  readonly rows?: number;
  /**
   * Whether neighbouring lanes read the same weights, and the kernel has the template constants BROADCAST and WORKGROUP.
   * src/gpu/kernels/variant.ts sets these where an adapter gains by sharing loads.
   */
  readonly broadcasts?: boolean;
  /** How a convolution's tiles lie in the plane that it writes, so that src/gpu/kernels/variant.ts can cut it otherwise, or fill it up. */
  readonly plane?: TiledPlane;
  /**
   * Whether the kernel can unroll its loop, as the template constant UNROLL says. Weights are padded to a multiple of it.
   * src/gpu/kernels/variant.ts sets UNROLL where loads are shared.
   */
  readonly unrolls?: boolean;
  /**
   * For backward dispatches: whether the kernel has a template constant GATED. If that is 1, the kernel applies gates to the cotangent as
   * it stores it. The backward pass (src/gpu/compile/passes.ts) sets GATED, inserts the gates before the last binding, and gives the
   * parameters `gate_plane` and `gate_words` (shaders/lib/gates.wgsl). With 'words' the gated kernel has an invocation for each gate word
   * rather than for each element, and the parameters are `gate_plane` and the cotangent's `elements`.
   */
  readonly gateable?: boolean | 'words';
  /** For backward dispatches: whether it writes other elements of the cotangent that the one before it of the node began to write. */
  readonly continues?: boolean;
  /**
   * The same work by a kernel whose workgroups hold tiles of both factors in workgroup memory, with the same bindings and parameters.
   * src/gpu/kernels/workgroup_tiles.ts cuts it into tiles, and src/gpu/tuning chooses between it and the dispatch's own kernel.
   */
  readonly workgroups?: WorkgroupProduct;
  /** Multiply-adds for one sample, for the account of costs. Absent for none. */
  readonly multiplyAdds?: number;
}

/** A plane of ceil(height / ROWS) x ceil(width / PIXELS) tiles, ROWS and PIXELS being template constants. `tiles` of the dispatch counts all of its planes. */
export interface TiledPlane {
  readonly height: number;
  readonly width: number;
  /** Written channels of a group. */
  readonly outputs: number;
  /**
   * Whether the kernel may have one row of pixels (ROWS) and of taps in its loop's body (TAP_ROWS), and any PIXELS where it spreads no pool's cotangent (EXPAND). Where a tile is
   * made of a pool's windows (POOL), it may have a loop for each row of a window (LOOPS), and the PIXELS of any number of windows.
   */
  readonly cuttable: boolean;
}

/**
 * What workgroups compute together. Of a product, in each of `parts` the sums over `depth` for all `outputs` of all `places`; of rows, `outputs` of them
 * with `depth` elements each.
 */
export interface WorkgroupProduct {
  /** What invocations of a workgroup share: `weights`, which all samples have, matrices of `values` of the same samples, or a `row`. */
  readonly shares: 'weights' | 'values' | 'row';
  readonly kernel: KernelName;
  /** Its template constants, besides those of its tile. For weights it takes ACCUMULATE and GATED from the dispatch. */
  readonly constants: Readonly<Record<string, number>>;
  /** Groups of channels, phases, matrices: what shares no weights. */
  readonly parts: number;
  /** Outputs of a part: for values the rows of a matrix, whose columns are its places. */
  readonly outputs: number;
  /** Rows or pixels of a part and a sample, all of which meet the same weights. */
  readonly places: number;
  /** The products in an output. */
  readonly depth: number;
  /** Whether an output of weights is a product with one element of x in each channel, which conv_subgroup can compute with the same bindings and parameters. */
  readonly oneTap?: boolean;
}

export type Binding =
  /** A value of every sample, array<vec4f> [block][element][lane]. A forward kernel writes only its own output. */
  | { readonly kind: 'value'; readonly name: string }
  /**
   * The cotangent of a value, in the same layout. The output's is read. An input's is written, or added to where `grid.accumulate` is 1.
   */
  | { readonly kind: 'cotangent'; readonly name: string }
  /** What a node's forward keeps for its backward besides values: array<u32> [block][word][lane], `words` for each quad of samples. */
  | { readonly kind: 'saved'; readonly name: string; readonly words: number }
  /** What one dispatch of a node hands to another of the same direction: array<vec4f> [block][element][lane]. The first of them writes it as its last binding. */
  | { readonly kind: 'scratch'; readonly name: string; readonly elements: number }
  /** Data that are the same for all samples: packed weights, tables of indices. */
  | { readonly kind: 'constant'; readonly data: Float32Array | Uint32Array | Packed };

export interface Lowered {
  readonly forward: readonly Dispatch[];
  /**
   * One or several for every input that can have a cotangent. The LAST binding of each is the cotangent that it writes, in all its
   * elements (but see Dispatch.continues), or scratch memory for the next. Dispatches that write a cotangent which nobody needs are left out of schedules.
   */
  readonly backward: readonly Dispatch[];
}

/** Receives, for each unit of an operator, the piece that the sample is on and its margins. */
export interface GateReader {
  /** The piece that the next unit is on. */
  gate(piece: number): void;
  /** The values of a margin. It is affine in the input while no gate changes, at least 0 at the sample, and 0 where a gate changes. */
  margin(atSample: number, atTwin: number): void;
}

export interface Piecewise<A> {
  /** Whether it is piecewise affine in all inputs together, not only in the first while the others are constant. */
  readonly anyInput?: boolean;

  /**
   * The twin's output, computed on the sample's pieces from the sample's inputs and the twin's first input (`twins` holds all of the
   * twin's). Reports the gates of all units, in order, and their margins.
   */
  extend(evaluation: Evaluation<A>, twin: Float64Array, gates: GateReader, twins: readonly Float64Array[]): Float64Array;

  /** The kernel that does the same for samples and twins. */
  lower(lowering: Lowering<A>): RegionKernel;
}

/**
 * A forward kernel on samples and their twins, side by side, which also narrows the samples' regions. After `bindings` it has those of
 * shaders/lib/regions.wgsl, the output between them. `samples` and `first_unit` are among its parameters.
 */
export interface RegionKernel extends Dispatch {
  /** The number of units of a sample. */
  readonly units: number;
}

/**
 * One axis of a sliding window. Output o reads the inputs o * stride + k * dilation - padding, k = 0..kernel-1; those outside are padding.
 */
export interface WindowAxis {
  readonly input: number;
  readonly output: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding before the first input. */
  readonly padding: number;
  /** Padding after the last input. */
  readonly paddingAfter: number;
}

/** A window over planes of rows and columns. */
export interface Window {
  readonly rows: WindowAxis;
  readonly columns: WindowAxis;
}

/** A constant as a kernel reads it. It is made when it is uploaded and not kept, so that the weights of a network exist on the CPU once. */
export interface Packed {
  readonly byteLength: number;
  make(): Float32Array;
}
