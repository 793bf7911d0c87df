import type { Table } from '../../message.js';

/** What a file is that was given in the place of an ONNX model. */
export type ForeignKind = keyof typeof WHAT;

/** Files that are no ONNX models: src/onnx/files. */
export const foreign = {
  /** `command` is null where nothing exports such a file. */
  'onnx.foreign': (v: { kind: ForeignKind; command: string | null }) => [`not an ONNX file: ${WHAT[v.kind][0]}`, remedyOf(v)],
} as const satisfies Table;

function remedyOf({ kind, command }: { kind: ForeignKind; command: string | null }): string {
  const [, remedy] = WHAT[kind];
  return command === null ? remedy : `${remedy}: ${command}`;
}

const AGAIN = 'export the network again from what it was made with, as PyTorch by torch.onnx.export(model, inputs, "model.onnx")';
const EXPORT = 'export it';

/** What it is, and what to do, before the command. */
const WHAT = {
  'git-lfs': ['it is a Git LFS pointer to the model', 'fetch the model'],
  pytorch: ['it is a PyTorch checkpoint', 'load it into its model, and export that'],
  ultralytics: ['it is a PyTorch checkpoint of Ultralytics', EXPORT],
  torchscript: ['it is a TorchScript module of PyTorch', EXPORT],
  'torch-export': ['it is a program that torch.export saved', EXPORT],
  safetensors: [
    'it is weights without a network, in safetensors',
    'export a model of Hugging Face from its folder, or others from their own code',
  ],
  pickle: ['it is an object that Python pickled, such as a model of scikit-learn', 'load and export it'],
  tflite: ['it is a TensorFlow Lite model', EXPORT],
  hdf5: ['it is an HDF5 file, such as a Keras model or its weights', EXPORT],
  keras: ['it is a Keras model', EXPORT],
  'saved-model': ["it is a TensorFlow SavedModel's graph", 'export its folder'],
  graphdef: ['it is a frozen graph of TensorFlow', 'export it, with the names of its input and its output'],
  tfjs: ['it is a TensorFlow.js model', EXPORT],
  paddle: ['it is a PaddlePaddle model', EXPORT],
  coreml: ['it is a CoreML model', AGAIN],
  openvino: ["it is OpenVINO's", AGAIN],
  ort: ['it is a model in the ORT format of ONNX Runtime', 'the .onnx file that it was made of'],
  gguf: ['it is a language model in GGUF', 'an image classifier as an .onnx file'],
  tensorrt: ['it is a TensorRT engine', AGAIN],
  html: ['it is an HTML page, as a browser saves it in the place of a file', "the file itself: a repository's raw file or its download"],
  answer: ['it is the answer of a server that did not have the file', 'the file itself; look at its address'],
  xml: ['it is an XML file', 'an .onnx file'],
  json: ['it is a JSON file', 'an .onnx file; settings in a .json file stand beside it'],
  picture: ['it is a picture', 'the model first, then pictures'],
  npy: ['it is an array of NumPy', 'the model first, then its inputs'],
  archive: ['it is an archive', 'unpack it, and give the .onnx file in it'],
} as const satisfies Readonly<Record<string, readonly [what: string, remedy: string]>>;
