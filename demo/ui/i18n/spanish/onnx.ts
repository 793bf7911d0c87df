import { foreign, sentence, shape, type Table } from './table.js';

const readBy = (reader: { readonly operator: string; readonly node: string } | null, output: string) =>
  reader ? `${reader.operator} «${reader.node}»` : output;

const LEARNERS: Readonly<Record<'trees' | 'support vectors' | 'other', string>> = {
  trees: 'son árboles de decisión, cuyas puntuaciones van a saltos: no tienen gradiente con que atribuir',
  'support vectors': 'es una máquina de vectores de soporte, que no se lee',
  other: 'es un paso de aprendizaje automático clásico, que no se lee',
};

const KINDS = {
  audio: ['recibe sonido, no imágenes', 'un clasificador de imágenes'],
  detector: ['es un detector, no un clasificador', 'un clasificador de imágenes, con una puntuación por clase para toda la imagen'],
  diffusion: ['es una parte de un generador de imágenes, no un clasificador', 'un clasificador de imágenes'],
  text: ['recibe texto, no imágenes', 'un clasificador de imágenes'],
  training: ['es un grafo de entrenamiento', 'la red de inferencia sola, exportada sin pérdida, gradientes ni optimizador'],
} as const;

const LIKE = {
  features: 'la red parece la parte que hace características, sin sus clases',
  map: 'la red parece hacer un mapa de la imagen, como profundidad o una máscara',
  pictures: 'la red parece hacer imágenes',
  places: 'la red parece un segmentador, con puntuaciones para cada lugar de la imagen',
  rows: 'la red parece un detector, o da algo para cada una de muchas cajas o fichas',
} as const;

/** Files of networks. */
export const onnx = {
  'onnx.empty': () => 'el archivo de la red está vacío: 0 bytes (se espera un archivo .onnx)',
  'onnx.other-file': (v) => `no es un archivo ONNX: ${v.bytes} bytes que empiezan por ${v.start} (se espera un archivo .onnx)`,
  'onnx.corrupt': (v) =>
    sentence`el archivo ONNX está incompleto o dañado: ${foreign(v.detail)} (se espera un archivo completo; este tiene ${v.bytes} bytes)`,
  'onnx.no-graph': () =>
    'el archivo ONNX no contiene ningún grafo: está incompleto o no es un archivo ONNX (se espera un archivo .onnx completo)',
  'onnx.no-opset': (v) =>
    `${v.domains.length === 0 ? 'el archivo ONNX no indica ningún opset: está incompleto o no es un archivo ONNX' : `el archivo ONNX tiene operadores estándar, y solo indica la versión de ${v.domains.join(', ')}`} (se espera un opset de ${v.oldest} a ${v.newest})`,
  'onnx.opset': (v) =>
    `el opset ${v.opset} no se admite (se espera ${v.oldest} o más nuevo, ${v.newest} es el más nuevo que se conoce; convierta la red con onnx.version_converter)`,
  'onnx.inputs': (v) =>
    `la red tiene ${v.names.length} entradas: ${v.names.join(', ')} (se espera una, la imagen; las demás se fijan con «bind» en el archivo .json junto a la red, como {"bind": {"${v.further[0] ?? ''}": 1}})`,
  'onnx.no-input': (v) =>
    `${v.bound.length === 0 ? 'la red no tiene ninguna entrada' : `todas las entradas de la red están fijadas: ${v.bound.join(', ')}`} (se espera una, la imagen)`,
  'onnx.bind-unknown': (v) => `la red no tiene ninguna entrada «${v.input}» que se pueda fijar (se espera una de ${v.known.join(', ')})`,
  'onnx.bind-value': (v) =>
    `la entrada «${v.input}» está fijada a ${v.value} (se esperan ${{ float: 'números finitos', int: 'números enteros', bool: 'ceros y unos' }[v.type]})`,
  'onnx.bind-shape': (v) =>
    `la entrada «${v.input}» está fijada a una lista de forma ${shape(v.given)} (se espera ${v.wanted.length === 0 ? 'un número' : v.wanted.map((axis) => (axis === '' ? 'cualquiera' : axis)).join('x')})`,
  'onnx.input-no-tensor': (v) => `la entrada «${v.input}» no es un tensor (se espera un tensor)`,
  'onnx.input-type': (v) => `los elementos de la entrada «${v.input}» son de tipo ${v.type} (se esperan números o booleanos)`,
  'onnx.narrow-arithmetic': (v) =>
    `${v.operator} «${v.node}» calcula con los enteros de pocos bits de la entrada «${v.input}», que dan la vuelta (se espera antes un Cast a float)`,
  'onnx.input-unknown': (v) =>
    `el archivo deja abierto el tamaño de la entrada «${v.input}», y ningún peso dice cuántos números admite (indique el tamaño)`,
  'input.size-assumed': (v) =>
    `el archivo deja abierto el tamaño de su entrada, y se supone ${shape(v.shape)}: ${v.any ? 'la red admite cualquier tamaño' : 'de los tamaños habituales, el primero que la red admite'} (si no es así, indique otro tamaño)`,
  'onnx.elements': (v) =>
    `${v.owner === 'input' ? 'la entrada' : v.owner} «${v.name}» tiene la forma ${shape(v.shape)}: ${v.elements} elementos (se esperan de 1 a ${v.most})`,
  'onnx.no-output': () => 'el grafo no tiene ninguna salida (se espera una, las puntuaciones de las clases)',
  'output.chosen': (v) =>
    `las puntuaciones de las clases se leen de la salida «${v.output}», ${shape(v.shape)}, y no de ${v.others.map((other) => `«${other}»`).join(', ')} (se elige otra con «output» en el archivo .json junto a la red)`,
  'opset.newer': (v) =>
    `la red declara el opset ${v.opset}, y el más nuevo que se conoce es el ${v.newest}: sus operadores se leen como en el opset ${v.newest} (conviene comparar las puntuaciones con las de otro programa)`,
  'model.other-task': (v) => `la red no clasifica imágenes: sus metadatos dicen que «${v.key}» es ${v.task} (${classifier(v.output)})`,
  'model.detector': (v) =>
    `la red parece un detector, no un clasificador: tiene ${v.names.length === 1 ? 'la salida' : 'las salidas'} ${v.names.map((name) => `«${name}»`).join(', ')} (${classifier(v.output)})`,
  'model.embedding': (v) =>
    `la red parece hacer características, no puntuaciones de clases: su salida ${v.because === 'name' ? `es «${v.output}»` : `«${v.output}» está dividida por su longitud`} (${classifier(v.output)})`,
  'model.kind': (v) =>
    `la red ${KINDS[v.kind][0]}: tiene ${v.by === 'input' ? 'la entrada' : 'el operador'} «${v.name}» (se espera ${KINDS[v.kind][1]})`,
  'model.regressor': (v) =>
    `${v.because === 'name' ? `la red parece estimar cantidades, no puntuaciones de clases: su salida es «${v.output}»` : `la red parece estimar una cantidad: su salida «${v.output}» es un solo número, nunca menor que 0, y no es una probabilidad`} (${classifier(v.output)})`,
  'model.always-one': (v) =>
    `la salida «${v.output}» es un softmax de un solo número, que siempre es 1 (se espera su sigmoide, o una puntuación por cada una de 2 clases)`,
  'quantised.as-float': (v) =>
    `la red está cuantizada: se explica la red de números reales que representa, con los pesos del archivo y en la que ${v.quantisers === 1 ? 'su cuantizador no redondea' : `sus ${v.quantisers} cuantizadores no redondean`} (redondear no tiene gradiente)`,
  'output.one-logit': (v) =>
    `la salida «${v.output}» es un solo número, que se toma por el logit de una clase: su sigmoide es la probabilidad de la clase 1 (una red que estima una cantidad no tiene clases)`,
  'output.compared': (v) =>
    `la red suma un mismo número a todas las puntuaciones de «${v.output}», como SigLIP, así que cada clase tiene su propia probabilidad: la sigmoide`,
  'model.no-row': (v) =>
    `la salida «${v.output}» de forma ${shape(v.shape)} no es una fila de puntuaciones de clases: ${LIKE[v.like]} (se espera un clasificador de imágenes, con una puntuación por clase)`,
  'onnx.no-such-output': (v) => `la red no tiene ninguna salida «${v.output}» (se espera una de ${v.known.join(', ')})`,
  'onnx.sparse': (v) => `el inicializador «${v.name}» es disperso (se esperan inicializadores densos)`,
  'onnx.twice': (v) =>
    `hay dos ${{ initializers: 'inicializadores', inputs: 'entradas', values: 'valores' }[v.kind]} con el nombre «${v.name}» (cada nombre debe usarse una vez)`,
  'onnx.output-constant': (v) =>
    `la salida «${v.output}» no se calcula a partir de la entrada «${v.input}» (se esperan las puntuaciones de las clases de una imagen)`,
  'onnx.output-batch': (v) =>
    `la salida «${v.output}» tiene la forma ${shape(v.shape)} para una sola imagen: el tamaño de lote ${v.batch} está fijado en la red (expórtela con lote 1, o con lote variable)`,
  'onnx.arg-max-axis': (v) =>
    `ArgMax «${v.node}» termina la red a lo largo del eje ${v.axis} de ${shape(v.scores)} (se espera el eje de todas las clases)`,
  'onnx.constant-not-finite': (v) => `la constante «${v.constant}» contiene ${v.value} (se esperan pesos finitos)`,
  'onnx.masked-row': (v) =>
    `la constante «${v.constant}» enmascara toda una fila de Softmax «${v.softmax}» con -Infinity, de lo que resulta NaN (se espera al menos un elemento por fila sin enmascarar)`,
  'onnx.mask-elsewhere': (v) =>
    `la constante «${v.constant}» contiene -Infinity, y la lee ${readBy(v.reader, 'la salida')} (se esperan pesos finitos, o una máscara ante un Softmax)`,
  'onnx.made-by-nothing': (v) =>
    `${readBy(v.reader, 'la salida del grafo')} lee «${v.value}», que nada en el archivo produce (se espera un inicializador, la entrada o la salida de un nodo)`,
  'onnx.cycle': (v) => `${v.operator} «${v.node}» espera su propia salida, a través de «${v.value}» (se espera un grafo sin ciclos)`,
  'onnx.nodes': (v) =>
    `las funciones, ramas, bucles y operadores por pasos suman más de ${v.most} nodos (se espera una red más pequeña, o menos pasos)`,
  'onnx.function-recursive': (v) =>
    `la función «${v.function}» se llama a sí misma, por el nodo «${v.node}» (se esperan funciones que acaben)`,
  'onnx.subgraph': (v) =>
    `${v.operator} «${v.node}» no tiene ningún grafo «${v.attribute}» con ${v.inputs} entradas (se espera una rama sin entradas, o un cuerpo con las del bucle)`,
  'onnx.control-flow': (v) =>
    `operador no admitido: ${v.operator}, control de flujo, nodo «${v.node}», opset ${v.opset} (se espera una red sin ramas ni bucles que dependan de la imagen: trazada, o simplificada con onnxsim)`,
  'onnx.machine-learning': (v) =>
    `operador no admitido: ${v.operator}, nodo «${v.node}»: ${LEARNERS[v.kind]} (se espera una red, o un clasificador lineal de sklearn)`,
  'onnx.processor-layout': (v) =>
    `operador ${v.operator}, nodo «${v.node}»: onnxruntime optimizó la red para la disposición de un procesador (use la red anterior, o guárdela otra vez con graph_optimization_level ORT_ENABLE_EXTENDED)`,
  'onnx.random': (v) =>
    `operador no admitido: ${v.operator}, números al azar, nodo «${v.node}», opset ${v.opset} (se espera una red sin las capas que varían las imágenes al entrenar, como RandomFlip de Keras, o exportada para inferencia)`,
  'onnx.quantised': (v) =>
    `operador no admitido: ${v.operator}, aritmética cuantizada, nodo «${v.node}», opset ${v.opset} (use la red sin cuantizar, o cuantizada con QuantizeLinear y DequantizeLinear: quant_format=QuantFormat.QDQ)`,
  'onnx.unsupported': (v) =>
    `operador no admitido${v.onImage ? ' sobre un valor que depende de la imagen' : ''}: ${v.operator}, nodo «${v.node}», opset ${v.opset} (se admiten: ${v.supported.join(', ')}; sobre constantes también ${v.onConstants.join(', ')})`,
  'onnx.tensor-type': (v) => `el tensor «${v.tensor}»: ${v.type} no se admite (se esperan float, enteros o booleanos)`,
  'onnx.tensor-negative': (v) => `el tensor «${v.tensor}»: forma ${shape(v.shape)} (los tamaños no pueden ser negativos)`,
  'onnx.tensor-large': (v) => `el tensor «${v.tensor}»: la forma ${shape(v.shape)} tiene ${v.elements} elementos (como mucho ${v.most})`,
  'onnx.tensor-data': (v) =>
    `el tensor «${v.tensor}»: la forma ${shape(v.shape)} tiene ${v.elements} elementos, pero el archivo contiene ${v.found}`,
} as const satisfies Partial<Table>;

function classifier(output: string | null): string {
  return `se espera un clasificador de imágenes${output === null ? '' : `; si aun así «${output}» contiene puntuaciones de clases, indique «output» en el archivo .json`}`;
}
