import type { ForeignKind } from '../../messages/en/model_files/foreign.js';
import { zipNames } from './zip.js';

export type { ForeignKind };

/** A file that is no ONNX model. */
export interface ForeignFile {
  readonly kind: ForeignKind;
  /** What exports it to ONNX: a command, or Python. Null where nothing does. */
  readonly command: string | null;
}

/** How much is read of the beginning of a file to tell what it is. */
export const HEAD = 65_536;

/** First bytes, as Latin-1, and where they stand. */
const SIGNATURES: readonly (readonly [kind: ForeignKind, text: string, at: number])[] = [
  ['git-lfs', 'version https://git-lfs', 0],
  ['tflite', 'TFL3', 4],
  ['ort', 'ORTM', 4],
  ['hdf5', '\x89HDF\r\n\x1a\n', 0],
  // The magic number of torch.save before its files were zip archives.
  ['pytorch', '\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.', 0],
  ['gguf', 'GGUF', 0],
  ['npy', '\x93NUMPY', 0],
  ['picture', '\x89PNG', 0],
  ['picture', '\xff\xd8\xff', 0],
  ['picture', 'WEBP', 8],
  ['picture', 'BM', 0],
  ['picture', 'GIF8', 0],
  ['archive', '\x1f\x8b', 0],
  ['archive', '7z\xbc\xaf\x27\x1c', 0],
  ['archive', 'Rar!\x1a\x07', 0],
  ['archive', 'ustar', 257],
  ['tensorrt', 'ftrt', 0],
];

const PYTORCH = 'torch.onnx.export(model.eval(), torch.zeros(1, 3, 224, 224), "model.onnx")';
/** A Sequential model that was loaded is exported only after it was called. */
const KERAS = 'm = keras.saving.load_model("FILE"); m(keras.ops.zeros((1, *m.input_shape[1:]))); m.export("model.onnx", format="onnx")';

/** By the kind of file: what exports it. FILE and FOLDER stand for the file, and for the folder in which it lies. */
const COMMANDS: Readonly<Record<ForeignKind, string | null>> = {
  'git-lfs': 'git lfs pull',
  pytorch: PYTORCH,
  ultralytics: 'yolo export model=FILE format=onnx',
  torchscript: 'torch.onnx.export(torch.jit.load("FILE"), torch.zeros(1, 3, 224, 224), "model.onnx", dynamo=False)',
  'torch-export': 'torch.onnx.export(torch.export.load("FILE"), (torch.zeros(1, 3, 224, 224),), "model.onnx")',
  safetensors: 'optimum-cli export onnx --task image-classification --model FOLDER OUT',
  pickle: 'skl2onnx.to_onnx(model, X[:1].astype("float32"))',
  tflite: 'python -m tf2onnx.convert --tflite FILE --output model.onnx',
  hdf5: KERAS,
  keras: KERAS,
  'saved-model': 'python -m tf2onnx.convert --saved-model FOLDER --output model.onnx',
  graphdef: 'python -m tf2onnx.convert --graphdef FILE --inputs x:0 --outputs y:0 --output model.onnx',
  tfjs: 'python -m tf2onnx.convert --tfjs FILE --output model.onnx',
  paddle: 'paddle2onnx --model_dir FOLDER --model_filename FILE --params_filename inference.pdiparams --save_file model.onnx',
  coreml: null,
  openvino: null,
  ort: null,
  gguf: null,
  tensorrt: null,
  html: null,
  answer: null,
  xml: null,
  json: null,
  picture: null,
  npy: null,
  archive: null,
};

/**
 * What a file is that is no ONNX model, by its bytes, whatever its name. Undefined for what may be an ONNX model, and for bytes of no known
 * kind. Of a large file the beginning is enough, except that a zip archive is then told by its first entry.
 */
export function recogniseFile(bytes: Uint8Array): ForeignFile | undefined {
  const kind = kindOf(bytes);
  return kind && { kind, command: COMMANDS[kind] };
}

function kindOf(bytes: Uint8Array): ForeignKind | undefined {
  const head = latin1(bytes.subarray(0, HEAD));
  const signed = SIGNATURES.find(([, text, at]) => head.startsWith(text, at));
  if (signed !== undefined) return signed[0];
  if (head.startsWith('PK\x03\x04')) return kindOfZip(zipNames(bytes), head);
  // Protocols 2 to 5.
  const [first, protocol = 0] = bytes;
  if (first === 0x80 && protocol >= 2 && protocol <= 5) return 'pickle';
  return kindOfText(head) ?? kindOfSafetensors(bytes, head) ?? kindOfProtobuf(bytes, head);
}

function kindOfZip(names: readonly string[], head: string): ForeignKind {
  const has = (ending: string) => names.some((name) => name.endsWith(ending));
  if (has('model.weights.h5')) return 'keras';
  if (has('.onnx')) return 'archive';
  if (names.some((name) => name.includes('/code/'))) return 'torchscript';
  if (has('models/model.json') || has('serialized_exported_program.json')) return 'torch-export';
  // torch.save does not compress, and writes the names of classes first.
  if (has('/data.pkl')) return head.includes('ultralytics') ? 'ultralytics' : 'pytorch';
  return 'archive';
}

/** Text, in UTF-8 with a byte order mark or without. */
function kindOfText(head: string): ForeignKind | undefined {
  const text = head.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (/^<(!doctype html|html|head|body)[\s>]/i.test(text)) return 'html';
  if (/^<(\?xml|net)[\s>]/.test(text)) return /<net[\s>]/.test(text) ? 'openvino' : 'xml';
  if (/^(Entry not found|40\d[: ]|Not Found|Invalid username|Access denied)/i.test(text)) return 'answer';
  if (!/^[[{]\s*["{[\]}\d]/.test(text)) return undefined;
  if (/"modelTopology"|"weightsManifest"/.test(text)) return 'tfjs';
  return /"magic"\s*:\s*"pir"/.test(text) ? 'paddle' : 'json';
}

/** The length of a JSON object in eight bytes, and the object. */
function kindOfSafetensors(bytes: Uint8Array, head: string): ForeignKind | undefined {
  if (bytes.length < 10 || !/^\{\s*["}]/.test(head.slice(8))) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  return length >= 2n && length < 2n ** 32n ? 'safetensors' : undefined;
}

/**
 * Protobuf messages, which have no signature. In the second field of an ONNX model stands the name of the tool that wrote it; in that of a
 * SavedModel or a CoreML model a message, whose first byte is the tag of its first field.
 */
function kindOfProtobuf(bytes: Uint8Array, head: string): ForeignKind | undefined {
  const [first, version, second] = bytes;
  if (first === 0x08 && second === 0x12) {
    const field = lengthAt(bytes, 3);
    if (field === undefined || field.length < 2 || bytes[field.start] !== 0x0a) return undefined;
    const rest = bytes.length - field.start - field.length;
    const isWhole = rest === 0 || (rest > 0 && bytes[field.start + field.length] === 0x12);
    return version === 1 && isWhole ? 'saved-model' : 'coreml';
  }
  const node = first === 0x0a ? lengthAt(bytes, 1) : undefined;
  if (node === undefined) return undefined;
  // A block of PaddlePaddle: index 0, no parent.
  if (head.startsWith('\x08\x00\x10\xff', node.start)) return 'paddle';
  // A node of TensorFlow: its name and its operator.
  const name = bytes[node.start] === 0x0a ? lengthAt(bytes, node.start + 1) : undefined;
  const after = name && name.start + name.length;
  const op = after !== undefined && bytes[after] === 0x12 ? lengthAt(bytes, after + 1) : undefined;
  const word = op && head.slice(op.start, op.start + op.length);
  return word !== undefined && /^[A-Z]\w*$/.test(word) ? 'graphdef' : undefined;
}

/** A length in seven bits a byte, and where what it is the length of starts. */
function lengthAt(bytes: Uint8Array, at: number): { readonly start: number; readonly length: number } | undefined {
  let length = 0;
  for (let i = 0; i < 5; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return undefined;
    length += (byte & 127) * 128 ** i;
    if (byte < 128) return { start: at + i + 1, length };
  }
  return undefined;
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return text;
}
