import { create } from '@bufbuild/protobuf';
import { PathlightError } from '../errors.js';
import { type Graph, type GraphNode, makeNode } from '../graph/graph.js';
import { joinPieces } from '../graph/passes/join_pieces.js';
import { castTarget, losesNothing } from '../ops/folding/cast.js';
import { isOpType, type OpType, operatorOf, operators } from '../ops/index.js';
import { type NodeInput, type NodeReader, typeOf } from '../ops/node_reader.js';
import { Slices } from '../slices.js';
import { itemAt } from '../tensor/items.js';
import { type ElementType, type Shape, sizeOf, type Tensor } from '../tensor/tensor.js';
import { checkNames, checkSize, isStandardDomain, NEWEST_OPSET, readOpset } from './check.js';
import { type DecodedModel, decodeModel } from './decode.js';
import { type ExternalData, readExternalData } from './files/external_data.js';
import type { ModelInfo } from './files/model_info.js';
import { fold, usable } from './fold.js';
import { FoldingBudget } from './folding_budget.js';
import { candidatesOf } from './inputs/candidates.js';
import { FileConstants } from './inputs/constants.js';
import type { InputChoice, InputDescription } from './inputs/description.js';
import { fitInput } from './inputs/fit.js';
import { readInputs } from './inputs/image_input.js';
import { isRepeated, oneOf } from './inputs/one_of_batch.js';
import { weightFacts } from './inputs/weights.js';
import { replaceMasks } from './masks.js';
import { refusalOfKind } from './model_kind.js';
import { checkCounts, readNode } from './node_reader.js';
import { NodeProtoSchema } from './onnx_pb.js';
import { type NamedNode, nodesLeadingTo } from './order.js';
import { holdsScores, isRow, likeliestOutput, type ShapedOutput } from './outputs/likeliest.js';
import { checkArgMax, namesOfClasses, type ScoreOutput, scoreOutputs } from './outputs/score_outputs.js';
import { rewriteOf, rewrittenOperator } from './rewrites/index.js';
import { writeInPlaceOf } from './rewrites/node_writer.js';
import { MOVING, QuantisedValues } from './rewrites/quantised/values.js';
import { inlineFunctions, MOST_NODES } from './subgraphs/functions.js';
import { namesRead, renameNode } from './subgraphs/scope.js';
import { dependsOnShapes, isComputable, isFoldable, unsupportedOperator } from './supported.js';
import { readTensor } from './tensors.js';

/**
 * Reads an .onnx file: decodes it, checks it, infers all shapes for one sample, and folds everything that does not depend on the image. It
 * keeps the nodes that lead to the class scores (src/onnx/outputs says which output these are) and the constants that these nodes read.
 * float32 weights share the memory of `bytes`.
 * Throws a PathlightError for anything that is not an image classifier made of supported operators.
 */
export function importModel(bytes: Uint8Array, choice: ImportChoice = {}): ImportedModel {
  const steps = importing(decodeModel(bytes), bytes.length, choice);
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
  }
}

/**
 * The same, with pauses in which other tasks run, so that a signal is heard while a large file is read, and with weights in other files. Throws
 * the signal's reason when it is raised.
 */
export async function importModelInSlices(
  bytes: Uint8Array,
  signal?: AbortSignal,
  choice: ImportChoice = {},
  externalData?: ExternalData,
): Promise<ImportedModel> {
  const model = decodeModel(bytes);
  const external = await readExternalData(model, externalData, signal);
  const steps = importing(model, bytes.length + external.bytes, choice, external.files);
  const slices = new Slices(signal);
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    await slices.pause();
  }
}

/** What a file holds. */
interface ImportedModel {
  readonly graph: Graph;
  readonly info: ModelInfo;
}

/** Which output of a file holds the class scores. */
export interface OutputChoice {
  /** Its name. Without one, the likeliest is chosen. */
  readonly name?: string;
  /** How many classes have labels, if that is known. */
  readonly labels?: number;
}

/** What is known of a network besides its file. */
export interface ImportChoice extends OutputChoice {
  readonly input?: InputChoice;
  /**
   * Whether a quantised file is read with its own arithmetic, in which quantisers round, so that gradients are 0. Otherwise it is read as the
   * float network that it stands for.
   */
  readonly quantised?: boolean;
}

/**
 * Reads a decoded file, and stops after each of its nodes.
 *
 * @param size the bytes of the file, and of the weights in other files. @param dataFiles the names of these files.
 */
function* importing(
  model: DecodedModel,
  size: number,
  choice: ImportChoice,
  dataFiles: readonly string[] = [],
): Generator<void, ImportedModel> {
  model.graph.node = inlineFunctions(model.graph.node, model.functions, isKnown);
  const opset = readOpset(model);
  checkNames(model.graph);
  try {
    return yield* reading(model, size, choice, dataFiles, opset);
  } catch (error) {
    const refusal = error instanceof PathlightError && choice.name === undefined ? refusalOfKind(model.graph) : undefined;
    throw refusal ?? error;
  }
}

/** Reads the nodes of a file, of which opset and names are checked. */
function* reading(
  model: DecodedModel,
  size: number,
  choice: ImportChoice,
  dataFiles: readonly string[],
  opset: number,
): Generator<void, ImportedModel> {
  const scores = scoreOutputs(model.graph, choice.name).map((candidate) => candidate.scores);
  const { image, bound, unread } = readInputs(model.graph, scores, choice.input?.bind);
  const candidates = candidatesOf(image, choice.input ?? {}, weightFacts(model.graph));
  const [budget, constants] = [new FoldingBudget(size), new FileConstants(model.graph, bound)];
  const { input, result } = yield* fitInput(candidates, {
    run: (described, only) =>
      new Importer(model, opset, described, constants, budget, new QuantisedValues(choice.quantised === true)).run(choice, only),
    isRow: ({ graph }) => holdsScores(graph.output.shape),
  });
  const { graph, output, names, quantisers } = result;
  const producer = [model.producerName, model.producerVersion].filter((part) => part !== '').join(' ');
  const info: ModelInfo = {
    producer,
    opset,
    output,
    furtherOutputs: model.graph.output.flatMap(({ name }) => (name === output ? [] : [name])),
    quantisers,
    outputNamed: choice.name !== undefined,
    ...(names && { classNames: names }),
    openAxes: input.open,
    inputType: input.type,
    inputPixels: input.pixels,
    boundInputs: [...bound.keys()],
    unreadInputs: unread,
    dataFiles,
    metadata: Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value])),
  };
  return { graph, info };
}

/** Whether an operator is known without a function of the file that says it in others. */
function isKnown(domain: string, op: string): boolean {
  const own = isStandardDomain(domain) ? '' : domain;
  return (own === '' && isFoldable(op)) || rewriteOf(own, op) !== undefined;
}

/** What a walk over the nodes finds. */
interface Found {
  readonly graph: Graph;
  readonly output: string;
  readonly names?: readonly string[];
  readonly quantisers: number;
}

/** Walks over the nodes of one file. Every value is either computed, with a known shape, or constant. */
class Importer {
  readonly #shapes = new Map<string, Shape>();
  /** Element types of computed values. */
  readonly #types = new Map<string, ElementType>();
  /** Constants that depend on the shape of the input, or that rewrites made. */
  readonly #constants = new Map<string, Tensor>();
  readonly #nodes: GraphNode[] = [];
  /** How many nodes rewrites wrote. */
  #written = 0;
  /** The names of the tensors of each sequence. */
  readonly #sequences = new Map<string, readonly string[]>();
  /** All names of the file and of rewrites, once one is needed. */
  #names: Set<string> | undefined;
  readonly #wishes = new Map<string, number>();

  constructor(
    readonly model: DecodedModel,
    readonly opset: number,
    readonly input: InputDescription,
    readonly fixed: FileConstants,
    readonly budget: FoldingBudget,
    readonly quantised: QuantisedValues,
  ) {
    checkSize('input', input.name, input.shape);
    this.#shapes.set(input.name, input.shape);
    this.#types.set(input.name, input.type);
  }

  /**
   * The graph of the class scores, the name of the output that they are, the names of the classes, and how many quantisers there are.
   * @param only whether the input can have no other shape.
   */
  *run(choice: OutputChoice, only: boolean): Generator<void, Found> {
    const { graph } = this.model;
    const candidates = scoreOutputs(graph, choice.name);
    const chosen = yield* this.#choose(candidates, choice, only);
    const { name, argMax } = chosen;
    const scores = this.quantised.of(chosen.scores)?.real ?? chosen.scores;
    const shape = this.#shapes.get(scores);
    if (shape === undefined || scores === this.input.name) {
      throw new PathlightError('onnx.output-constant', { output: scores, input: this.input.name });
    }
    if (argMax && isRow(shape)) checkArgMax(argMax, shape);
    const { batch } = this.input;
    if (batch > 1 && shape.length > 1 && shape[0] === batch) {
      throw new PathlightError('onnx.output-batch', { output: scores, shape, batch });
    }
    const { nodes: kept, shapes, constants } = this.#reachable(scores);
    const found: Graph = {
      name: graph.name,
      opset: this.opset,
      input: { name: this.input.name, shape: this.input.shape },
      output: { name: scores, shape },
      nodes: kept,
      shapes,
      constants,
    };
    const names = namesOfClasses(chosen, candidates, sizeOf(shape));
    return { graph: joinPieces(found), output: name, quantisers: this.quantised.quantisers, ...(names && { names }) };
  }

  /**
   * Computes the shapes of the outputs that may hold the scores, and chooses one. An output that cannot be computed is none of them, if no
   * other shape of the input is possible.
   */
  *#choose(candidates: readonly ScoreOutput[], choice: OutputChoice, only: boolean): Generator<void, ScoreOutput> {
    const { graph } = this.model;
    let refusal: PathlightError | undefined;
    const ways = candidates.flatMap((candidate) => {
      try {
        const nodes = nodesLeadingTo(candidate.scores, graph, [this.input.name, ...this.fixed.bound.keys()]);
        return [{ candidate, nodes, inputs: new Set(nodes.flatMap(({ proto }) => namesRead(proto))) }];
      } catch (error) {
        if (!(error instanceof PathlightError)) throw error;
        refusal ??= error;
        return [];
      }
    });
    const read = new Set(ways.flatMap(({ candidate, inputs }) => [candidate.scores, ...inputs]));
    const visited = new Set<NamedNode['proto']>();
    const shaped: ShapedOutput[] = [];
    for (const { candidate, nodes } of ways) {
      try {
        for (const node of nodes) {
          if (visited.has(node.proto)) continue;
          this.#visit(node, read);
          visited.add(node.proto);
          yield;
        }
      } catch (error) {
        if (!(error instanceof PathlightError) || (!only && dependsOnShapes(error))) throw error;
        refusal ??= error;
        continue;
      }
      const { scores } = candidate;
      const shape = this.#shapes.get(scores);
      const readers = ways.filter(({ inputs }) => inputs.has(scores));
      const depth = nodes.length;
      if (shape !== undefined) shaped.push({ ...candidate, shape, depth, leadsTo: readers.map((way) => way.candidate.scores) });
    }
    const chosen = likeliestOutput(shaped, choice.labels);
    if (chosen !== undefined) return chosen;
    if (refusal !== undefined) throw refusal;
    return itemAt(candidates, 0);
  }

  /** Folds a node, appends it to the graph, or rewrites it. `read` holds all names that something reads; without it, all are. */
  #visit(node: NamedNode, read?: ReadonlySet<string>): void {
    const { opType, domain, input, output } = node.proto;
    const isRead = (name: string) => name !== '' && (read?.has(name) ?? true);
    // What rewrites put in place has other names in other attempts.
    const isOfFile = read !== undefined;
    // An attempt with another shape of the input computed it.
    if (isOfFile && output.every((name) => !isRead(name) || this.fixed.has(name))) return;
    const given = input.map((name) => (name === '' ? undefined : this.#read(name)));
    const inputs = given.map((each) => (each && isRepeated(opType, each, given, this.input.batch) ? this.#oneOfBatch(each) : each));
    const isFixed = isOfFile && namesRead(node.proto).every((name) => name === '' || this.fixed.has(name));
    const constants = isFixed ? this.fixed : this.#constants;
    if (this.#rewrite(node, inputs, output.map(isRead), constants)) return;
    this.#moveReal(node);
    const sequence = inputs.findIndex((each) => each?.sequence !== undefined);
    if (sequence >= 0) {
      throw this.#readerOf(node, inputs, 0).error('sequence.input', { position: sequence, input: itemAt(input, sequence) });
    }
    const onShapes = opType === 'Shape' || opType === 'Size';
    const dependsOnImage = inputs.some((each) => each !== undefined && each.constant === undefined) && !onShapes;
    if (!isStandardDomain(domain) || !(dependsOnImage ? isComputable(opType) : isFoldable(opType))) {
      throw unsupportedOperator(node, this.opset, dependsOnImage);
    }
    const several = isOpType(opType) && operators[opType].several === true;
    for (const [position, name] of output.entries()) {
      if (!isRead(name)) continue;
      const reader = this.#readerOf(node, inputs, position);
      checkCounts(reader);
      if (position > 0 && !several) throw reader.error('node.further-output', { position, output: name });
      if (dependsOnImage && isComputable(opType)) this.#append(reader, name, losesNothing(reader) ? 'Identity' : opType);
      else constants.set(name, fold(reader, this.budget));
    }
  }

  /** Where a node only moves quantised values, visits a second one that moves the numbers that they stand for. */
  #moveReal(node: NamedNode): void {
    const { input, output } = node.proto;
    const [from = '', ...others] = input;
    const [to = ''] = output;
    const moved = this.quantised.of(from);
    if (moved === undefined || !MOVING.has(node.proto.opType) || sizeOf(this.#read(moved.by.scale).shape) !== 1) return;
    const real = this.#unused(`${to}.real`);
    const proto = renameNode(node.proto, { name: (name) => (name === to ? real : name) });
    this.#visit({ ...node, proto: create(NodeProtoSchema, { ...proto, input: [moved.real, ...others] }) });
    this.quantised.set(to, { ...moved, real });
  }

  /**
   * Visits the nodes that compute the same as a node. Returns false where it stays. `wanted` says which outputs are read, `constants` where
   * they are kept if they are constant.
   */
  #rewrite(
    node: NamedNode,
    inputs: readonly (NodeInput | undefined)[],
    wanted: readonly boolean[],
    constants: Pick<FileConstants, 'set'>,
  ): boolean {
    const { domain, opType, output } = node.proto;
    const rewrite = rewriteOf(isStandardDomain(domain) ? '' : domain, opType);
    if (rewrite === undefined) return false;
    const reader = this.#readerOf(node, inputs, 0);
    checkCounts(reader, rewrittenOperator(isStandardDomain(domain) ? '' : domain, opType));
    const first = this.#nodes.length;
    const values = rewrite(
      reader,
      writeInPlaceOf(node, wanted, {
        visit: (written) => {
          if (++this.#written > MOST_NODES) throw new PathlightError('onnx.nodes', { most: MOST_NODES });
          this.#visit(written);
        },
        addInitializer: (name, tensor) => this.#constants.set(name, readTensor(tensor)),
        addConstant: (name, constant) => this.#constants.set(name, constant),
        input: (name) => this.#read(name),
        unused: (wish) => this.#unused(wish),
        makerOf: (name) => this.#makerOf(name),
        quantised: this.quantised,
      }),
    );
    const given = new Map<string, string>();
    for (const [position, name] of output.entries()) {
      if (values === undefined || !wanted[position]) continue;
      const value = values[position];
      if (value === undefined) throw reader.error('node.further-output', { position, output: name });
      if (typeof value !== 'string') {
        this.#sequences.set(name, value);
        continue;
      }
      this.#give(name, given.get(value) ?? value, first, constants);
      this.quantised.copy(value, name);
      given.set(value, name);
    }
    return values !== undefined;
  }

  #makerOf(name: string): GraphNode | undefined {
    for (let at = this.#nodes.length - 1; at >= 0; at--) {
      const node = itemAt(this.#nodes, at);
      if (node.output === name) return node;
    }
    return undefined;
  }

  /** Gives a value, which a node from position `first` on may have made, the name that the file has for it. */
  #give(name: string, value: string, first: number, constants: Pick<FileConstants, 'set'>): void {
    const { constant, shape, type = 'float' } = this.#read(value);
    if (constant) {
      constants.set(name, constant);
      return;
    }
    this.#shapes.set(name, shape);
    this.#types.set(name, type);
    const written = this.#nodes.slice(first);
    const at = written.findIndex(({ output }) => output === value);
    const maker = written[at];
    if (maker === undefined || written.some(({ inputs }) => inputs.includes(value))) {
      this.#nodes.push(makeNode('Identity', { name, inputs: [value], output: name, attributes: {} }));
    } else {
      this.#nodes[first + at] = { ...maker, output: name };
      this.#shapes.delete(value);
    }
  }

  #unused(wish: string): string {
    this.#names ??= new Set([...this.fixed.initializers, ...this.model.graph.node.flatMap(({ output }) => output), this.input.name]);
    let name = wish;
    // Of a wish that comes again and again, not all names are tried each time.
    let count = this.#wishes.get(wish) ?? 1;
    while (this.#names.has(name)) name = `${wish}.${++count}`;
    this.#wishes.set(wish, count);
    this.#names.add(name);
    return name;
  }

  #readerOf({ proto, name, written }: NamedNode, inputs: readonly (NodeInput | undefined)[], output: number): NodeReader {
    const own = written ? { opset: NEWEST_OPSET, batch: 1 } : { opset: this.opset, batch: this.input.batch };
    return readNode(proto, { name, ...own, output, inputs });
  }

  /** A constant that is the same for all images of the file's batch, for one of them. */
  #oneOfBatch({ name, constant }: NodeInput): NodeInput {
    if (constant === undefined) throw new Error(`${name} is no constant`);
    const one = this.#unused(`${name}.one`);
    this.#constants.set(one, oneOf(constant, this.input.batch));
    return this.#read(one);
  }

  #read(name: string): NodeInput {
    const shape = this.#shapes.get(name);
    if (shape !== undefined) {
      return { name, shape, type: this.#types.get(name) ?? 'float' };
    }
    const sequence = this.#sequences.get(name);
    if (sequence !== undefined) return { name, shape: [sequence.length], sequence: sequence.map((each) => this.#read(each)) };
    const constant = this.#constants.get(name) ?? this.fixed.get(name);
    if (constant === undefined) throw new Error(`"${name}" is neither computed nor an initializer`);
    return { name, shape: constant.shape, constant };
  }

  #append(reader: NodeReader, output: string, op: OpType): void {
    const constants = reader.inputs.map((input) => input?.constant);
    const { attributes, shape, inputs, type } = operatorOf({ op }).read(reader);
    const kept = inputs === undefined ? reader.inputs : inputs.map((position) => reader.inputs[position]);
    const given = kept.flatMap((input) => (input === undefined ? [] : [input]));
    const own = (reader.op === 'Cast' ? castTarget(reader) : type) ?? given.map(typeOf)[0] ?? 'float';
    if (sizeOf(shape) === 0) {
      // No element depends on the image.
      this.#constants.set(output, { shape, type: own, data: new Float32Array(0) });
      return;
    }
    checkSize(reader.op, reader.name, shape);
    if (inputs !== undefined)
      this.budget.keep(
        reader,
        constants.filter((_, position) => !inputs.includes(position)),
      );
    this.#nodes.push(makeNode(op, { name: reader.name, inputs: given.map(({ name }) => name), output, attributes }));
    this.#shapes.set(output, shape);
    this.#types.set(output, own);
  }

  /** The nodes and constants that the output needs. Nodes that only gave a shape, and constants that became attributes, are dropped. */
  #reachable(output: string): Pick<Graph, 'nodes' | 'shapes' | 'constants'> {
    const needed = new Set([output]);
    const nodes: GraphNode[] = [];
    for (const node of this.#nodes.reverse()) {
      if (needed.has(node.output)) {
        nodes.push(node);
        for (const name of node.inputs) {
          needed.add(name);
        }
      }
    }
    needed.add(this.input.name);
    const constants = new Map<string, Tensor>();
    const shapes = new Map<string, Shape>();
    for (const name of needed) {
      const shape = this.#shapes.get(name);
      if (shape !== undefined) {
        shapes.set(name, shape);
      } else {
        const { constant } = this.#read(name);
        if (constant !== undefined) constants.set(name, constant);
      }
    }
    nodes.reverse();
    replaceMasks(nodes, shapes, constants, output);
    for (const [name, constant] of constants) constants.set(name, usable(name, constant));
    return { nodes, shapes, constants };
  }
}
