import { analyse } from '../../graph/analysis/analyse.js';
import { shapeOf } from '../../graph/graph.js';
import type { Binding, Dispatch } from '../../ops/operator.js';
import { gateShape } from '../../ops/shared/saved_for_backward.js';
import { sizeOf } from '../../tensor/tensor.js';
import type { Network } from './lower.js';
import type { ScheduledBinding, ScheduledDispatch, Seed, Space, Stage } from './schedule.js';
/** The forward pass of a network in one stage and space. */
export function forwardDispatches({ lowered }: Network, stage: Stage, space: Space): ScheduledDispatch[] {
  return lowered.flatMap(({ kernels }) => kernels.forward.map((dispatch) => ({ ...dispatch, stage, space })));
}

/**
 * The backward pass of a network in one stage and space. It starts from the cotangents in `written` and those that `seeds` write, and
 * computes the cotangents of the values in `wanted`. Both sets hold roots; `written` grows by every root that this pass writes.
 */
export function backwardDispatches(
  network: Network,
  stage: Stage,
  space: Space,
  written: Set<string>,
  wanted: ReadonlySet<string>,
  seeds: readonly Seed[] = [],
): ScheduledDispatch[] {
  const { lowered, rootOf } = network;
  const gated = new GatedStores(network, stage, space);
  const shared = new SharedCotangents(network);
  const dispatches: ScheduledDispatch[] = [];
  for (const root of written) gated.wroteWithout(root);
  for (const seed of seeds) {
    const target = lastOf(seed.bindings);
    if (target.kind !== 'cotangent') throw new Error(`${seed.kernel} writes no cotangent`);
    const root = rootOf(target.name);
    dispatches.push(gated.store(seed, root));
    written.add(root);
  }
  for (const { output, kernels, residual } of [...lowered].reverse()) {
    const source = rootOf(output);
    if (!written.has(source)) continue;
    dispatches.push(...gated.pending(source));
    const sharing = residual && shared.share(residual, output, wanted);
    if (sharing !== undefined) written.add(sharing);
    // Dispatches that write scratch memory run where what follows them is wanted.
    let steps: ScheduledDispatch[] = [];
    let accumulate = false;
    for (const own of residual && sharing === undefined ? [residual, ...kernels.backward] : kernels.backward) {
      const dispatch = shared.read(own);
      const target = lastOf(dispatch.bindings);
      if (target.kind !== 'cotangent') {
        (target.kind === 'scratch' ? steps : dispatches).push({ ...dispatch, stage, space });
        continue;
      }
      const root = rootOf(target.name);
      const first = steps;
      steps = [];
      if (!wanted.has(root)) continue;
      dispatches.push(...first);
      if (!dispatch.continues) accumulate = written.has(root);
      dispatches.push({ ...gated.store(withAccumulate(dispatch, accumulate), root), accumulate });
      written.add(root);
    }
  }
  for (const root of wanted) if (written.has(root)) dispatches.push(...gated.pending(root));
  return dispatches;
}

/**
 * Sets the cotangent of a value to 0 where the backward pass has not written it: the output depends on the value only through operators that
 * are constant in pieces.
 */
export function zeroUnlessWritten(
  { graph, rootOf }: Network,
  name: string,
  written: ReadonlySet<string>,
  stage: Stage,
  space: Space,
): ScheduledDispatch[] {
  if (written.has(rootOf(name))) return [];
  return [{ kernel: 'zero', bindings: [{ kind: 'cotangent', name }], parameters: {}, tiles: sizeOf(shapeOf(graph, name)), stage, space }];
}

/** The binding that a dispatch writes. */
function lastOf<B>(bindings: readonly B[]): B {
  const last = bindings.at(-1);
  if (last === undefined) throw new Error('a dispatch binds nothing');
  return last;
}

/** Sets ACCUMULATE where a kernel has this constant. A variant that does not accumulate has no loads of the earlier sum. */
function withAccumulate(dispatch: Dispatch, accumulate: boolean): Dispatch {
  const { constants } = dispatch;
  return constants && 'ACCUMULATE' in constants ? { ...dispatch, constants: { ...constants, ACCUMULATE: Number(accumulate) } } : dispatch;
}

/**
 * The cotangent of an Add is that of its residual, too. Where a residual is computed by a node of the network for that Add alone, nothing adds to its cotangent and
 * no gates apply to it: the node's kernels then read the Add's, and none is stored.
 */
class SharedCotangents {
  readonly #computed: ReadonlySet<string>;
  /** By the residual, the value whose cotangent is read. */
  readonly #sources = new Map<string, string>();

  constructor(private readonly network: Network) {
    this.#computed = new Set(network.lowered.map(({ output }) => output));
  }

  /** The residual whose cotangent a kernel would copy from that of `output`, where the latter is read in its place from now on. */
  share({ bindings }: Dispatch, output: string, wanted: ReadonlySet<string>): string | undefined {
    const target = lastOf(bindings);
    const { graph, gates } = this.network;
    if (target.kind !== 'cotangent' || !this.#computed.has(target.name) || gates.has(target.name) || !wanted.has(target.name))
      return undefined;
    if (analyse(graph).readersOf(target.name).length > 1 || target.name === graph.output.name) return undefined;
    this.#sources.set(target.name, this.#sources.get(output) ?? output);
    return target.name;
  }

  /** The dispatch, in which shared cotangents are those that they share. */
  read(dispatch: Dispatch): Dispatch {
    const of = (binding: Binding) => {
      const source = binding.kind === 'cotangent' ? this.#sources.get(binding.name) : undefined;
      return source === undefined ? binding : { ...binding, name: source };
    };
    return this.#sources.size === 0 ? dispatch : { ...dispatch, bindings: dispatch.bindings.map(of) };
  }
}

/**
 * Applies gates to cotangents. A kernel that can do so applies them as it stores a cotangent. After any other kernel a dispatch of
 * `gates_apply` does it, before the cotangent is read.
 */
class GatedStores {
  readonly #open = new Set<string>();

  constructor(
    private readonly network: Network,
    private readonly stage: Stage,
    private readonly space: Space,
  ) {}

  wroteWithout(root: string): void {
    if (this.network.gates.has(root)) this.#open.add(root);
  }

  store({ gateable, ...dispatch }: Seed, root: string): ScheduledDispatch {
    const { stage, space } = this;
    const gates = this.network.gates.get(root);
    if (gates === undefined || !gateable) {
      this.wroteWithout(root);
      return { ...dispatch, stage, space };
    }
    const isByWords = gateable === 'words';
    return {
      ...dispatch,
      stage,
      space,
      constants: { ...dispatch.constants, GATED: 1 },
      bindings: [...dispatch.bindings.slice(0, -1), gates, lastOf(dispatch.bindings)],
      parameters: { ...dispatch.parameters, ...(isByWords ? this.#words(root) : this.#places(root)) },
      tiles: isByWords ? gates.words : dispatch.tiles,
    };
  }

  pending(root: string): ScheduledDispatch[] {
    if (!this.#open.delete(root)) return [];
    const { stage, space } = this;
    const gates = this.#gatesOf(root);
    const bindings: ScheduledBinding[] = [gates, { kind: 'cotangent', name: root }];
    return [{ kernel: 'gates_apply', bindings, parameters: this.#words(root), tiles: gates.words, stage, space }];
  }

  #words(root: string) {
    const shape = shapeOf(this.network.graph, root);
    return { elements: sizeOf(shape), gate_plane: gateShape(shape).plane };
  }

  #places(root: string) {
    const { plane } = gateShape(shapeOf(this.network.graph, root));
    return { gate_plane: plane, gate_words: this.#gatesOf(root).words };
  }

  #gatesOf(root: string) {
    const gates = this.network.gates.get(root);
    if (gates === undefined) throw new Error(`nothing keeps gates of "${root}"`);
    return gates;
  }
}
