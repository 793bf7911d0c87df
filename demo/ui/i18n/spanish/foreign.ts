import type { Table } from './table.js';

type Kind = Parameters<Table['onnx.foreign']>[0]['kind'];

const AGAIN = 'exporte otra vez la red desde donde se hizo, como PyTorch con torch.onnx.export(model, inputs, "model.onnx")';
const EXPORT = 'expórtelo';

const WHAT: Readonly<Record<Kind, readonly [what: string, remedy: string]>> = {
  'git-lfs': ['es un puntero de Git LFS a la red', 'descargue la red'],
  pytorch: ['es un punto de control de PyTorch', 'cárguelo en su modelo, y exporte este'],
  ultralytics: ['es un punto de control de PyTorch, de Ultralytics', EXPORT],
  torchscript: ['es un módulo TorchScript de PyTorch', EXPORT],
  'torch-export': ['es un programa que torch.export guardó', EXPORT],
  safetensors: ['son pesos sin red, en safetensors', 'exporte una red de Hugging Face desde su carpeta, u otras desde su propio código'],
  pickle: ['es un objeto que Python guardó con pickle, como un modelo de scikit-learn', 'cárguelo y expórtelo'],
  tflite: ['es una red de TensorFlow Lite', EXPORT],
  hdf5: ['es un archivo HDF5, como una red de Keras o sus pesos', EXPORT],
  keras: ['es una red de Keras', EXPORT],
  'saved-model': ['es el grafo de un SavedModel de TensorFlow', 'exporte su carpeta'],
  graphdef: ['es un grafo congelado de TensorFlow', 'expórtelo, con los nombres de su entrada y su salida'],
  tfjs: ['es una red de TensorFlow.js', EXPORT],
  paddle: ['es una red de PaddlePaddle', EXPORT],
  coreml: ['es una red de CoreML', AGAIN],
  openvino: ['es de OpenVINO', AGAIN],
  ort: ['es una red en el formato ORT de ONNX Runtime', 'se espera el archivo .onnx del que se hizo'],
  gguf: ['es un modelo de lenguaje en GGUF', 'se espera un clasificador de imágenes como archivo .onnx'],
  tensorrt: ['es un motor de TensorRT', AGAIN],
  html: [
    'es una página HTML, como la guarda un navegador en lugar de un archivo',
    'se espera el archivo mismo: el «raw» de un repositorio o su descarga',
  ],
  answer: ['es la respuesta de un servidor que no tenía el archivo', 'se espera el archivo mismo; revise su dirección'],
  xml: ['es un archivo XML', 'se espera un archivo .onnx'],
  json: ['es un archivo JSON', 'se espera un archivo .onnx; los ajustes de un .json van junto a él'],
  picture: ['es una imagen', 'primero la red, luego las imágenes'],
  npy: ['es un arreglo de NumPy', 'primero la red, luego sus entradas'],
  archive: ['es un archivo comprimido', 'descomprímalo, y dé el .onnx que contiene'],
};

/** Files that are no ONNX models. */
export const otherFiles = {
  'onnx.foreign': ({ kind, command }) => {
    const [what, remedy] = WHAT[kind];
    return `no es un archivo ONNX: ${what} (${command === null ? remedy : `${remedy}: ${command}`})`;
  },
} as const satisfies Partial<Table>;
