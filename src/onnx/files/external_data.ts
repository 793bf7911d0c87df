import { PathlightError } from '../../errors.js';
import { type FileBytes, toBytes } from '../../tensor/arguments.js';
import {
  TensorProto_DataLocation as DataLocation,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
} from '../onnx_pb.js';
import { dataTypeName, shapeOf, storedBytes } from '../tensors.js';

/**
 * A file that is read in parts, when they are needed: a `Blob`, or a `File` that was dropped on a page.
 *
 * @example const file: FileSlices = await (await fetch('model.onnx.data')).blob();
 */
export interface FileSlices {
  /** In bytes. */
  readonly size: number;
  /** The bytes from `start` to before `end`. */
  slice(start: number, end: number): { readonly arrayBuffer: () => Promise<ArrayBuffer> };
}

/**
 * The files beside a model that hold its weights, by the names under which the model knows them; or a function that finds the file of a
 * name, and undefined where there is none. Of each file only the parts that tensors need are read.
 *
 * @example const externalData: ExternalData = { 'model.onnx.data': await (await fetch('model.onnx.data')).blob() };
 * @example const externalData: ExternalData = async (name) => (await fetch(`models/${name}`)).arrayBuffer();
 */
export type ExternalData =
  | Readonly<Record<string, FileBytes | FileSlices>>
  | ((name: string) => FileBytes | FileSlices | undefined | Promise<FileBytes | FileSlices | undefined>);

/** A decoded model that has a graph. */
type WholeModel = Pick<ModelProto, 'functions'> & { readonly graph: GraphProto };

/** What was read beside a model. */
export interface ReadExternalData {
  /** The names of the files. */
  readonly files: readonly string[];
  /** The bytes that tensors took of them. */
  readonly bytes: number;
}

/** A Git LFS pointer is shorter than this, says its specification. */
const LONGEST_POINTER = 1024;

/**
 * Puts the data of tensors that lie in other files into the decoded model, where something reads the tensor and its type is known. Tensors of
 * one place share its bytes. Throws a PathlightError for a file that was not given, a name that leads out of the model's folder, and a place
 * that does not fit the tensor or the file.
 */
export async function readExternalData(model: WholeModel, given: ExternalData = {}, signal?: AbortSignal): Promise<ReadExternalData> {
  const files = new Map<string, DataFile>();
  for (const tensor of tensorsOf(model)) {
    const bytes = isExternal(tensor) ? storedBytes(tensor) : undefined;
    if (bytes === undefined) continue;
    signal?.throwIfAborted();
    const place = placeOf(tensor, bytes);
    let file = files.get(place.name);
    if (file === undefined) {
      file = await DataFile.open(tensor.name, place.name, given);
      files.set(place.name, file);
    }
    tensor.rawData = await file.read(tensor.name, place);
    tensor.externalData = [];
    tensor.dataLocation = DataLocation.DEFAULT;
  }
  return { files: [...files.keys()], bytes: [...files.values()].reduce((sum, { taken }) => sum + taken, 0) };
}

/** Whether the elements of a tensor lie in another file. */
function isExternal({ dataLocation, externalData }: TensorProto): boolean {
  return dataLocation === DataLocation.EXTERNAL || externalData.length > 0;
}

/** The name of the file in which the elements of a tensor lie, as the model writes it; null where it names none. */
function locationOf({ externalData }: TensorProto): string | null {
  return externalData.find(({ key }) => key === 'location')?.value || null;
}

/** The initializers that nodes read, or that are outputs, and the tensors in attributes of nodes, also in branches, loops and functions. */
function tensorsOf({ graph, functions }: WholeModel): TensorProto[] {
  const graphs = [graph];
  const nodes: NodeProto[] = [];
  const lists = [graph.node, ...functions.map(({ node }) => node)];
  // Bodies that are found are appended, and come in their turn.
  for (const list of lists) {
    nodes.push(...list);
    const bodies = list.flatMap(({ attribute }) => attribute.flatMap(({ g }) => g ?? []));
    graphs.push(...bodies);
    lists.push(...bodies.map(({ node }) => node));
  }
  const read = new Set([...nodes.flatMap(({ input }) => input), ...graphs.flatMap(({ output }) => output.map(({ name }) => name))]);
  return [
    ...graphs.flatMap(({ initializer }) => initializer.filter(({ name }) => read.has(name))),
    ...nodes.flatMap(({ attribute }) => attribute.flatMap(({ t }) => t ?? [])),
  ];
}

/** Where the elements of a tensor lie. */
interface Place {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

function placeOf(tensor: TensorProto, bytes: number): Place {
  const location = locationOf(tensor);
  if (location === null) throw new PathlightError('external.no-name', { tensor: tensor.name });
  const number = (key: 'offset' | 'length'): number | undefined => {
    const value = tensor.externalData.find((entry) => entry.key === key)?.value;
    if (value === undefined) return undefined;
    const read = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (!Number.isSafeInteger(read)) throw new PathlightError('external.number', { tensor: tensor.name, key, value });
    return read;
  };
  const length = number('length');
  if (length !== undefined && length !== bytes) {
    const type = dataTypeName(tensor.dataType);
    throw new PathlightError('external.length', { tensor: tensor.name, shape: shapeOf(tensor), type, length, wanted: bytes });
  }
  const start = number('offset') ?? 0;
  return { name: nameWithin(tensor.name, location), start, end: start + bytes };
}

/** The name in the form a/b, without `./`. Throws PathlightError where it leads, or may lead, out of the model's folder. */
function nameWithin(tensor: string, location: string): string {
  const parts = location.split(/[/\\]/);
  const [first = ''] = parts;
  const leadsOut = first === '' || /^[a-z][a-z0-9+.-]*:/i.test(first) || parts.includes('..') || location.includes('\0');
  if (leadsOut) throw new PathlightError('external.outside', { tensor, file: location });
  return parts.filter((part) => part !== '' && part !== '.').join('/');
}

/** One of the files, with the parts of it that were read. */
class DataFile {
  /** The bytes of all parts. */
  taken = 0;
  readonly size: number;
  readonly #parts = new Map<string, Uint8Array>();

  private constructor(
    readonly name: string,
    readonly file: Uint8Array | FileSlices,
  ) {
    this.size = isSliced(file) ? file.size : file.length;
  }

  /** @param tensor the one whose data are looked for. */
  static async open(tensor: string, name: string, given: ExternalData): Promise<DataFile> {
    const found = typeof given === 'function' ? await given(name) : Object.hasOwn(given, name) ? given[name] : undefined;
    if (found === undefined || found === null) throw new PathlightError('external.missing', { tensor, file: name });
    const opened = new DataFile(name, isSliced(found) ? found : toBytes(found, `externalData["${name}"]`));
    if (opened.size < LONGEST_POINTER && (await opened.#isPointer())) throw new PathlightError('external.git-lfs-pointer', { file: name });
    return opened;
  }

  /**
   * A part of the file. Parts that lie at one place share memory. Others do not overlap in files that exporters write, so parts that are
   * larger than the file together are refused: a model of a kilobyte could ask for any memory by them.
   */
  async read(tensor: string, { start, end }: Place): Promise<Uint8Array> {
    const { name, size } = this;
    if (end > size) throw new PathlightError('external.short', { tensor, file: name, start, end, size });
    const key = `${start}-${end}`;
    let part = this.#parts.get(key);
    if (part === undefined) {
      this.taken += end - start;
      if (this.taken > size) throw new PathlightError('external.overlap', { file: name, size });
      part = await this.#slice(start, end);
      if (part.length !== end - start)
        throw new PathlightError('external.short', { tensor, file: name, start, end, size: start + part.length });
      this.#parts.set(key, part);
    }
    return part;
  }

  async #isPointer(): Promise<boolean> {
    const start = new TextDecoder().decode(await this.#slice(0, Math.min(this.size, GIT_LFS.length)));
    return start === GIT_LFS;
  }

  async #slice(start: number, end: number): Promise<Uint8Array> {
    const { file } = this;
    if (isSliced(file)) return new Uint8Array(await file.slice(start, end).arrayBuffer());
    // A plain Uint8Array, since the caller's may be Node's Buffer, whose slice() does not copy.
    return new Uint8Array(file.buffer, file.byteOffset + start, end - start);
  }
}

/** How every Git LFS pointer begins. */
const GIT_LFS = 'version https://git-lfs';

function isSliced(file: FileBytes | FileSlices): file is FileSlices {
  return typeof file === 'object' && 'size' in file && typeof file.size === 'number' && typeof file.slice === 'function';
}
