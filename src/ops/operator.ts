import type { Shape } from '../tensor/tensor.js';
import type { KernelName } from './kernel_name.js';
import type { NodeInput, NodeReader, Reading } from './node_reader.js';

/** Of operators that have none. */
export type NoAttributes = Readonly<Record<string, never>>;

/** What is said of an operator once, here, and asked by passes, by analyses and by docs/operators.md. */
export interface OperatorFacts {
  /** The opset of ONNX that brought it. `internal`: passes over the graph make it, and no file holds it. */
  readonly since: number | 'internal';
  /** The last opset that has it, where one took it away. */
  readonly until?: number;
  /** It belongs to a convolution that it follows: what it leaves of one channel is still that channel. */
  readonly followsLayer?: true;
  /** The slope of a unit can be exactly 0 over a range of inputs, so that the unit passes no gradient. */
  readonly canBeDead?: true;
  /** Positions of the inputs that kernels read as constants. A constant at any other position is made a value for them. */
  readonly constantInputs?: readonly number[];
  /** Words for docs/operators.md that nothing else says. */
  readonly notes?: OperatorNotes;
}

export interface OperatorNotes {
  /** When a node is affine in pieces of the image, where that is neither always nor never. `no`: only in cases without meaning. */
  readonly exact?: string;
  readonly note?: string;
}

/**
 * All that Pathlight knows of an operator: how to read it from a file, its forward and its backward in float64 (the reference, and the
 * CPU executor), and the kernels that do the same on a GPU. `A` is its attributes, the same for all opsets.
 */
export interface Operator<A = NoAttributes> extends OperatorFacts {
  /** Reads attributes and constant inputs of any opset from 7 to 21, checks them, and says what comes out. Throws PathlightError. */
  read(node: NodeReader): Reading<A>;

  /** y = f(inputs), one sample. Returns a new array of `sizeOf(shape)` elements. */
  forward(evaluation: Evaluation<A>): Float64Array;

  /**
   * The vector-Jacobian product: for every input that is `wanted`, its cotangent given that of the output, as a new array; undefined for
   * the others. Absent for operators that only fold (shape arithmetic).
   */
  backward?(evaluation: BackwardEvaluation<A>): (Float64Array | undefined)[];

  /**
   * Whether the output is affine in its active inputs taken together, the others being given. `active[i]` says that input i depends on the
   * image. Absent where it never is.
   */
  linear?(attributes: A, active: readonly boolean[]): boolean;

  /** Present where the output is affine in pieces of the first input, the others not depending on the image. */
  readonly piecewise?: Piecewise<A>;

  /** A node of the file may have several outputs that are read: each becomes a node of the graph, and `read` is told which. */
  readonly several?: boolean;

  /** The output has the elements of the first input in the same order (Reshape, Flatten, ...): nothing is computed on a GPU. */
  readonly view?: boolean;

  /** Multiply-adds of one sample, given the shapes of the inputs and of the output; absent where there are none worth counting. */
  multiplyAdds?(attributes: A, inputs: readonly Shape[], output: Shape): number;

  /** Whether `lower` can take this epilogue of a node; absent where it can take none. `lowering.output` is the node's own, z. */
  fuses?(lowering: Lowering<A>, epilogue: Epilogue): boolean;

  /** Kernels of both directions. Absent for views, for operators that only fold, and for those that a pass rewrites (src/graph/passes/canonicalise.ts). */
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
  /** Of the output. */
  readonly shape: Shape;
}

export interface BackwardEvaluation<A> extends Evaluation<A> {
  readonly output: Float64Array;
  readonly cotangent: Float64Array;
  readonly wanted: readonly boolean[];
}

/** What `lower` is told: like a node, with shapes, and constants where an input is one. */
export interface Lowering<A> {
  readonly attributes: A;
  readonly inputs: readonly NodeInput[];
  /** What is stored: the node's output, or what the epilogue makes of it. */
  readonly output: { readonly name: string; readonly shape: Shape };
  /** Only for operators that said that they take it (`fuses`). */
  readonly epilogue?: Epilogue;
}

/**
 * What becomes of a node's output z before it is stored, in the kernel that computes it: y = relu(pool(z + residual)), each part optional.
 * Where `relu` is set, the forward writes the gates of y, one bit an element and sample, to
 * { kind: 'saved', name: gatesOf(y) }; where `pool` is set, it writes the codes instead, one byte an element and sample, to
 * { kind: 'saved', name: codesOf(y) } (src/ops/shared/saved_for_backward.ts).
 * The backward dispatches of the node read the cotangent of z: where there is no pool it is `cotangent y` itself, since whoever writes
 * that cotangent applies the gates as it stores (Dispatch.gateable); where there is, they read `cotangent y` and the codes, and spread
 * the one over the windows as they load. The residual's cotangent is the scheduler's.
 */
export interface Epilogue {
  /** A value of z's shape. */
  readonly residual?: string;
  /** The maximum over windows of z's planes, of equals the first. */
  readonly pool?: Window;
  readonly relu: boolean;
}

/**
 * One kernel launch, as data. The planner (src/gpu/fused/choose.ts) turns operands into buffers, sees from them how long every tensor lives,
 * and fills the grid header; operators know nothing of devices.
 */
export interface Dispatch {
  readonly kernel: KernelName;
  /** What lies at `@group(0) @binding(1)`, `@binding(2)`, ...; binding 0 is the uniform `parameters`. */
  readonly bindings: readonly Binding[];
  /** Members of the kernel's `Parameters` struct besides `grid`, by name; vec4u members as arrays of 4. Types and offsets come from reflection. */
  readonly parameters: Readonly<Record<string, number | readonly number[]>>;
  /** Invocations for every quad of samples. */
  readonly tiles: number;
  /**
   * Integers that the kernel's template takes (src/gpu/kernels/template.ts): a variant of the file. Where ACCUMULATE is among them, the planner sets it
   * to 0 if nothing is in the cotangent yet.
   */
  readonly constants?: Readonly<Record<string, number>>;
  /**
   * An invocation can work on so many neighbouring quads (a power of two) as the template constant QUADS says. The planner sets QUADS to
   * this, or to the lanes of a block where those are fewer; `tiles` counts invocations for every such group.
   */
  readonly quads?: number;
  /**
   * `tiles` are this many rows for each of the tiles of outputs, which need the same weights; an invocation can work on several rows as the
   * template constant ROWS says. The planner sets it where a block has few lanes (src/gpu/kernels/variant.ts).
   */
  readonly rows?: number;
  /**
   * Neighbouring lanes read the same weights, and the kernel has the template constants BROADCAST and WORKGROUP: the planner sets them where
   * an adapter gains by it (src/gpu/kernels/variant.ts).
   */
  readonly broadcasts?: boolean;
  /**
   * Steps of the kernel's loop may stand in its body as often as the template constant UNROLL says, up to a multiple of which weights are
   * padded. The planner sets it where loads are shared (src/gpu/kernels/variant.ts).
   */
  readonly unrolls?: boolean;
  /**
   * Of a backward dispatch: the kernel has a template constant GATED. Where it is 1, it applies gates to the cotangent that it writes, as
   * it stores: the planner sets it, inserts the gates before the last binding, and gives the parameters `gate_plane` and `gate_words`
   * (shaders/lib/gates.wgsl).
   */
  readonly gateable?: boolean;
  /** Multiply-adds for one sample, for the account of what was done; 0 where it is absent. */
  readonly multiplyAdds?: number;
}

export type Binding =
  /** A value of every sample, array<vec4f> [block][element][lane]; a forward writes its own output only. */
  | { readonly kind: 'value'; readonly name: string }
  /** The cotangent of a value, same layout. The output's is read; those of inputs are written, or added to where `grid.accumulate` is 1. */
  | { readonly kind: 'cotangent'; readonly name: string }
  /** What a node's forward keeps for its backward besides values, array<u32> [block][word][lane], `words` a quad of samples. */
  | { readonly kind: 'saved'; readonly name: string; readonly words: number }
  /** The same for all samples: packed weights, tables of indices. */
  | { readonly kind: 'constant'; readonly data: Float32Array | Uint32Array | Packed };

export interface Lowered {
  readonly forward: readonly Dispatch[];
  /**
   * One for every input that can have a cotangent, or several; the planner leaves out those that write a cotangent nobody wants.
   * The LAST binding of each is the cotangent that it writes; each writes it completely (all elements).
   */
  readonly backward: readonly Dispatch[];
}

/** Where a sample stands with respect to the gates of one operator. */
export interface GateReader {
  /** The next unit is on this piece. */
  gate(piece: number): void;
  /** A number that is affine in the input while the gates hold, at least 0 at the sample, and such that a gate changes where it passes 0. */
  margin(atSample: number, atTwin: number): void;
}

export interface Piecewise<A> {
  /** Whether it is affine in pieces of all inputs together, and not of the first alone, the others being constant. */
  readonly anyInput?: boolean;

  /**
   * The twin's output, given the sample's inputs and the twin's first one; `twins` are all of the twin's. Reports the gates of all units, in
   * order, and their margins.
   */
  extend(evaluation: Evaluation<A>, twin: Float64Array, gates: GateReader, twins: readonly Float64Array[]): Float64Array;

  /** The kernel that does this to samples and twins. */
  lower(lowering: Lowering<A>): RegionKernel;
}

/**
 * A forward kernel on samples and their twins, lying side by side, that also narrows their regions (shaders/lib/regions.wgsl). After
 * `bindings` it has those of shaders/lib/regions.wgsl, the output between them; its parameters include `samples` and `first_unit`.
 */
export interface RegionKernel extends Dispatch {
  /** Gates of a sample. */
  readonly units: number;
}

/** One axis of a sliding window: output o sees the inputs o * stride + k * dilation - padding, k = 0..kernel-1, those outside being padding. */
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

/** A constant as a kernel reads it, made when it is uploaded and not kept: the weights of a network then exist on the CPU once. */
export interface Packed {
  readonly byteLength: number;
  make(): Float32Array;
}
