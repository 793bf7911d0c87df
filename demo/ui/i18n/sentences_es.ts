import type { Sentences } from './sentences.js';

/**
 * Sentences of the engine that a visitor can meet, in Spanish. `test/demo/ui/sentences.test.ts` holds it complete for the modules that it
 * lists, and free of what no module says any more.
 */
export const sentencesEs: Sentences = {
  // Files of networks: src/onnx.
  'the model is empty: 0 bytes (the bytes of an .onnx file)': 'el archivo de la red está vacío: 0 bytes (se espera un archivo .onnx)',
  'the model is a Git LFS pointer, not the model itself (fetch it with `git lfs pull`)':
    'el archivo es un puntero de Git LFS, no la red misma (descárguela con «git lfs pull»)',
  'not an ONNX file: {#} bytes that start with {} (an .onnx file)':
    'no es un archivo ONNX: {0} bytes que empiezan por {1} (se espera un archivo .onnx)',
  'the ONNX file is truncated or corrupt: {} (a complete file; this one has {#} bytes)':
    'el archivo ONNX está incompleto o dañado: {0:en} (se espera un archivo completo; este tiene {1} bytes)',
  'the ONNX file holds no graph: it is truncated, or not an ONNX file (a complete .onnx file)':
    'el archivo ONNX no contiene ningún grafo: está incompleto o no es un archivo ONNX (se espera un archivo .onnx completo)',
  'the ONNX file names no opset: it is truncated, or not an ONNX file (an opset from {})':
    'el archivo ONNX no indica ningún opset: está incompleto o no es un archivo ONNX (se espera un opset de {0})',
  'opset {#} is not supported ({}; convert the model with onnx.version_converter)':
    'el opset {0} no se admite ({1}; convierta la red con onnx.version_converter)',
  '{#} to {#}': '{0} a {1}',
  'the model has no input (one input, the image)': 'la red no tiene ninguna entrada (se espera una, la imagen)',
  'the model has {#} inputs: {} (one input, the image)': 'la red tiene {0} entradas: {1} (se espera una, la imagen)',
  'input "{}" is no tensor (a float tensor)': 'la entrada «{0}» no es un tensor (se espera un tensor de float)',
  'input "{}" has elements of type {} (a float tensor)': 'los elementos de la entrada «{0}» son de tipo {1} (se espera un tensor de float)',
  'input "{}" has no shape (fixed sizes of all axes but the first, the batch)':
    'la entrada «{0}» no tiene forma (se esperan tamaños fijos en todos los ejes menos el primero, el lote)',
  'input "{}" has {#} axes (2 to 4, the first of them the batch, as in 1x3x224x224)':
    'la entrada «{0}» tiene {1} ejes (se esperan de 2 a 4, el primero el del lote, como en 1x3x224x224)',
  'axis {#} of input "{}" is {} (a fixed size; only axis 0, the batch, may vary)':
    'el eje {0} de la entrada «{1}» es {2} (se espera un tamaño fijo; solo el eje 0, el del lote, puede variar)',
  '{} has shape {}: {#} elements (1 to {#})': '{0} tiene la forma {1}: {2} elementos (se esperan de 1 a {3})',
  'input "{}"': 'la entrada «{0}»',
  'the graph has no output (one, the class scores)': 'el grafo no tiene ninguna salida (se espera una, las puntuaciones de las clases)',
  'initializer "{}" is sparse (dense initializers)': 'el inicializador «{0}» es disperso (se esperan inicializadores densos)',
  'two {} are named "{}" (names that are used once)': 'hay dos {0} llamados «{1}» (cada nombre debe usarse una vez)',
  initializers: 'inicializadores',
  values: 'valores',
  'the output "{}" is not computed from the input "{}" (class scores of an image)':
    'la salida «{0}» no se calcula a partir de la entrada «{1}» (se esperan las puntuaciones de las clases de una imagen)',
  'the output "{}" is a single number (a score for each of at least 2 classes)':
    'la salida «{0}» es un solo número (se espera una puntuación por clase, con 2 clases al menos)',
  'the output "{}" has shape {} for one image: the batch size {#} is built into the model (a model exported with batch 1, or with a batch that may vary)':
    'la salida «{0}» tiene la forma {1} para una sola imagen: el tamaño de lote {2} está fijado en la red (expórtela con lote 1, o con lote variable)',
  'the constant "{}" holds {} (finite weights)': 'la constante «{0}» contiene {1} (se esperan pesos finitos)',
  '{} reads "{}", which nothing in the file makes (an initializer, the input, or the output of a node)':
    '{0} lee «{1}», que nada en el archivo produce (se espera un inicializador, la entrada o la salida de un nodo)',
  '{} "{}" waits for its own output, through "{}" (a graph without cycles)':
    '{0} «{1}» espera su propia salida, a través de «{2}» (se espera un grafo sin ciclos)',
  'unsupported operator {}, quantised arithmetic: node "{}", opset {#} (the model before quantisation, or one of which only the weights are quantised, by DequantizeLinear)':
    'operador no admitido: {0}, aritmética cuantizada, nodo «{1}», opset {2} (use la red sin cuantizar, o una en que solo los pesos estén cuantizados, con DequantizeLinear)',
  'unsupported operator {}, control flow: node "{}", opset {#} ({})':
    'operador no admitido: {0}, control de flujo, nodo «{1}», opset {2} ({3})',
  'unsupported operator {} on a value computed from the image: node "{}", opset {#} ({})':
    'operador no admitido sobre un valor que depende de la imagen: {0}, nodo «{1}», opset {2} ({3})',
  'unsupported operator {}: node "{}", opset {#} ({})': 'operador no admitido: {0}, nodo «{1}», opset {2} ({3})',
  'supported: {}; on constants also {}': 'se admiten: {0}; sobre constantes también {1}',
  // The list of operators is cut where it is longer than a screen.
  'supported: {}': 'se admiten: {0}',
  '{}: its data lie outside the model, in {} (a model saved as one file, without external data)':
    '{0}: sus datos están fuera de la red, en {1} (guarde la red en un solo archivo, sin datos externos)',
  '{}: {} is not supported (floats, integers or booleans)': '{0}: {1} no se admite (se esperan float, enteros o booleanos)',
  '{}: shape {} (no negative sizes)': '{0}: forma {1} (los tamaños no pueden ser negativos)',
  '{}: shape {} has {#} elements (at most {#})': '{0}: la forma {1} tiene {2} elementos (como mucho {3})',
  '{}: shape {} has {#} elements, but the file holds {#}': '{0}: la forma {1} tiene {2} elementos, pero el archivo contiene {3}',
  'tensor "{}"': 'el tensor «{0}»',
  // What operators say of their attributes and shapes stays English, behind the node that it is about.
  '{} "{}", opset {#}: {}': '{0} «{1}», opset {2}: {3:en}',
  'attribute "{}" is {} ({})': 'el atributo «{0}» es {1} (se espera {2})',
  'attribute "{}" is missing': 'falta el atributo «{0}»',
  'attribute "{}" is NaN (a number)': 'el atributo «{0}» es NaN (se espera un número)',
  'input {#} is missing': 'falta la entrada {0}',
  'input {#}, "{}", is computed from the image (a constant)': 'la entrada {0}, «{1}», depende de la imagen (se espera una constante)',
  '{} "{}" has no gradient': '{0} «{1}» no tiene gradiente',

  // How pictures become inputs: src/image.
  "the model's .json file is not JSON (such as {})": 'el archivo .json de la red no es JSON (por ejemplo {0})',
  '{}: {} is not an object (such as {})': '{0}: {1} no es un objeto (por ejemplo {2})',
  '{}: unknown key "{}" (one of {})': '{0}: clave desconocida «{1}» (se espera una de {2})',
  '{}: "{}" is {} ({})': '{0}: «{1}» es {2} (se espera {3})',
  "the model's .json file": 'el archivo .json de la red',
  'two different numbers, such as [0, 1]': 'dos números distintos, como [0, 1]',
  'a number, or one a channel, such as [0.485, 0.456, 0.406]': 'un número, o uno por canal, como [0.485, 0.456, 0.406]',
  'a number above 0, or one a channel': 'un número mayor que 0, o uno por canal',
  '"nchw" or "nhwc"': '"nchw" o "nhwc"',
  'a list of strings, one a class': 'una lista de textos, uno por clase',
  'a whole number of pixels': 'un número entero de píxeles',
  "the model's input {} is not one image (1xCxHxW, 1xHxWxC, 1xHxW or 1xN)":
    'la entrada {0} de la red no es una imagen (se espera 1xCxHxW, 1xHxWxC, 1xHxW o 1xN)',
  "the model's input {} is not a grey or colour image (1xCxHxW or 1xHxWxC with C = 1 or 3, 1xHxW, or 1xN)":
    'la entrada {0} de la red no es una imagen gris ni en color (se espera 1xCxHxW o 1xHxWxC con C = 1 o 3, 1xHxW o 1xN)',
  "layout {} does not fit the model's input {} (layout {})": 'la disposición {0} no encaja en la entrada {1} de la red (se espera {2})',
  "{} {} does not fit the model's input {} ({} {})": '{0} {1} no encaja en la entrada {2} de la red (se espera {3} {4})',
  "{#}x{#} pixels do not fill the model's input {} ({#} or {#} pixels)":
    '{0}x{1} píxeles no llenan la entrada {2} de la red (se esperan {3} o {4} píxeles)',
  "{#}x{#} pixels do not fill the model's input {} ({#} pixels)":
    '{0}x{1} píxeles no llenan la entrada {2} de la red (se esperan {3} píxeles)',
  'the model\'s flat input {} is not a square picture (give "width" and "height" in the .json file beside the model)':
    'la entrada plana {0} de la red no es una imagen cuadrada (indique "width" y "height" en el archivo .json que acompaña a la red)',
  "{} {} has {#} numbers, the model's input {} ({})": '{0} {1} tiene {2} números, la entrada de la red {3} (se espera {4})',
  '{#} channel': '{0} canal',
  '{#} channels': '{0} canales',
  '{#} number': '{0} número',
  '{#} numbers': '{0} números',
  '1 or {#} number': '1 o {0} números',
  '1 or {#} numbers': '1 o {0} números',
  '{} is not a picture that this browser can read (png, jpg, webp, gif, bmp, avif or npy)':
    '{0} no es una imagen que este navegador pueda leer (se espera png, jpg, webp, gif, bmp, avif o npy)',
  'the file': 'el archivo',
  'the .npy file': 'el archivo .npy',
  "a .npy file of {#} numbers ({#}, as the model's input)": 'un archivo .npy de {0} números (se esperan {1}, como la entrada de la red)',
  '{}: element type {} (one of {}, little or big endian)': '{0}: tipo de elemento {1} (se espera uno de {2}, en cualquier orden de bytes)',
  '{}: {#} bytes of elements, but shape {} of {} needs {#} (the file is truncated)':
    '{0}: {1} bytes de elementos, pero la forma {2} de {3} necesita {4} (el archivo está incompleto)',
  '{}: {#} bytes of elements, but shape {} of {} needs {#} (one array a file)':
    '{0}: {1} bytes de elementos, pero la forma {2} de {3} necesita {4} (se espera una matriz por archivo)',
  '{}: {} (integers of at most 2^53)': '{0}: {1} (se esperan enteros de hasta 2^53)',
  'element {#}': 'elemento {0}',
  '{}: not an .npy file (a file that numpy.save wrote)': '{0}: no es un archivo .npy (se espera uno escrito por numpy.save)',
  '{}: .npy format {} (format 1.0, 2.0 or 3.0)': '{0}: formato .npy {1} (se espera 1.0, 2.0 o 3.0)',
  '{}: the header is truncated (a file that numpy.save wrote)':
    '{0}: la cabecera está incompleta (se espera un archivo escrito por numpy.save)',
  '{}: the header is truncated ({#} bytes, found {#})': '{0}: la cabecera está incompleta (se esperan {1} bytes, hay {2})',
  '{}: header {} ({})': '{0}: cabecera {1} (se espera {2})',
  'a picture of {#}x{#}, {#} megapixels (at most {#})': 'una imagen de {0}x{1}, {2} megapíxeles (como mucho {3})',
  'a picture centred as a digit for an input of {} (28x28 grey, or another fit)':
    'una imagen centrada como dígito para una entrada de {0} (se espera 28x28 en gris, u otro ajuste)',
  'resize {} with the fit contain, which does not crop (fit cover or stretch)':
    'tamaño {0} con el ajuste contain, que no recorta (se espera cover o stretch)',
  'resize {} for an input of {}x{} ({} or more)': 'tamaño {0} para una entrada de {1}x{2} (se espera {3} o más)',

  // Attribution.
  'the class {} does not exist (0 to {#})': 'la clase {0} no existe (de 0 a {1})',
  'the class {} does not exist (0 to {#} or one of the labels)': 'la clase {0} no existe (de 0 a {1}, o uno de los nombres)',
  'the {} class {} does not exist (0 to {#})': 'la clase {0} {1} no existe (de 0 a {2})',
  target: 'deseada',
  contrast: 'de contraste',
  image: 'imagen',
  baseline: 'línea base',
  'the contrast class {} is the target itself (another class)': 'la clase de contraste {0} es la misma que se explica (elija otra clase)',
  "an {} of {#} numbers ({#}, as the model's input)": 'una {0} de {1} números (se esperan {2}, como la entrada de la red)',
  'the {} holds {} at element {#} (finite numbers)': 'la {0} contiene {1} en el elemento {2} (se esperan números finitos)',
  '{} steps with the rule {} (a whole number from {#} to {#})': '{0} pasos con la regla {1} (se espera un entero de {2} a {3})',
  'the rule {} does not exist ({})': 'la regla {0} no existe (se espera {1})',
  'the method {} does not exist ({})': 'el método {0} no existe (se espera {1})',
  'the rule {} with steps exact (no rule, or a number of steps)': 'la regla {0} con pasos exactos (sin regla, o con un número de pasos)',
  'a tolerance of {} with {} steps (steps auto)': 'una tolerancia de {0} con {1} pasos (se esperan pasos automáticos)',
  'steps auto with the rule {} (one of {})': 'pasos automáticos con la regla {0} (se espera una de {1})',
  'a tolerance of {} (a number between 0 and 1)': 'una tolerancia de {0} (se espera un número entre 0 y 1)',
  'at most {} steps ({} or more)': 'como mucho {0} pasos (se esperan {1} o más)',
  'the path has more linear regions than {#} evaluations find: {} (a larger maximum of steps, or steps auto)':
    'el camino tiene más regiones lineales de las que {0} evaluaciones encuentran: {1} (use pasos automáticos o fijos)',
  '{} of the path is covered': '{0} del camino está cubierto',
  'about {#} are expected': 'se esperan unas {0}',
  '{} "{}" is smooth, and exact integrals exist for piecewise-linear networks only ({})':
    '{0} «{1}» es suave, y solo hay integrales exactas para redes lineales a trozos ({2})',
  'the output logit, or steps auto': 'use la salida logit, o pasos automáticos',
  'steps auto': 'use pasos automáticos',
  'the network has no convolution of more than one pixel (another method)':
    'la red no tiene ninguna convolución de más de un píxel (use otro método)',

  // Devices.
  'WebGPU has no adapter here (a GPU with a current driver, or the CPU executor)':
    'aquí WebGPU no tiene ningún adaptador (una GPU con un controlador actual, o el procesador)',
  'WebGPU reported an error: {}': 'WebGPU avisó de un error: {0:en}',
  'WebGPU refused a call: {}': 'WebGPU rechazó una llamada: {0:en}',
  'the GPU device was lost: {}': 'se perdió el dispositivo gráfico: {0:en}',
  'the executor was destroyed (create a new one)': 'la red se cerró (ábrala otra vez)',
  'the GPU is out of memory: {} (a smaller budget, or --device cpu)':
    'la memoria gráfica se agotó: {0:en} (pruebe con menos pasos o con una red menor)',
  'the network needs {} for four samples, {} of it whatever their number, its largest tensor {} (at most {} in all and {} a tensor on this device; --device cpu has no such limit)':
    'la red necesita {0} para cuatro muestras, {1} de ellos sea cual sea su número, y su mayor tensor {2} (este dispositivo da como mucho {3} en total y {4} por tensor; el procesador no tiene ese límite)',
  'the worker stopped: {}': 'el motor se paró: {0:en}',
  '{} could not be loaded: {}': '{0} no se pudo cargar: {1:en}',
  'the shipped model {}': 'la red incluida {0}',
  'the test digits': 'los dígitos de prueba',
  '{} was not opened, since another model was asked for after it': '{0} no se abrió, pues después se pidió otra red',

  // What became of attempts to repair: src/edit.
  '1 pixel': '1 píxel',
  '{#} pixels': '{0} píxeles',
  '{} changed{}': '{0} cambiados{1}',
  '1 pixel changed{}': '1 píxel cambiado{0}',
  ' ({#}% of the order){}': ' ({0} % del orden){1}',
  ', pruned to {#}': ', podados a {0}',
  ', pruned to {#}, not known to be minimal': ', podados a {0}, sin saber si es mínimo',
  ', not known to be minimal': ', sin saber si es mínimo',
  'skipped: one pixel cannot be improved on': 'omitida: un píxel no se puede mejorar',
  'skipped: tried only where no other strategy succeeds': 'omitida: solo se prueba donde ninguna otra lo logra',
  'skipped: one patch cannot be improved on': 'omitida: un parche no se puede mejorar',
  'skipped: only a map of shares gives signs to paint by': 'omitida: solo un mapa de contribuciones da signos con los que pintar',
  'nothing would change its colour': 'nada cambiaría de color',
  'nothing in the map speaks against the class': 'nada en el mapa habla contra la clase',
  '1 patch': '1 parche',
  '{#} patches': '{0} parches',
  'the budget ended in round {#}, after {#} candidates; the largest probability of the class among them is {}':
    'el presupuesto se acabó en la ronda {0}, tras {1} candidatos; la mayor probabilidad de la clase entre ellos es {2}',
  'no set of at most {#} flips that was tried reaches the class; its largest probability among them is {#}':
    'ningún conjunto de hasta {0} inversiones de los probados llega a la clase; su mayor probabilidad entre ellos es {1}',
  'none of the {} to be painted would change its colour': 'nada de lo que se pintaría ({0}) cambiaría de color',
  'none of the {#} prefixes of the order reaches the class; its largest probability among them is {#}':
    'ninguno de los {0} prefijos del orden llega a la clase; su mayor probabilidad entre ellos es {1}',
  'none of the {#} prefixes chosen of {#} reaches the class; its largest probability among them is {#}':
    'ninguno de los {0} prefijos elegidos de {1} llega a la clase; su mayor probabilidad entre ellos es {2}',
  'the budget ended after {#} of the {#} prefixes of the order; the largest probability of the class among them is {#}':
    'el presupuesto se acabó tras {0} de los {1} prefijos del orden; la mayor probabilidad de la clase entre ellos es {2}',
  'the budget ended after {#} of the {#} prefixes chosen of {#}; the largest probability of the class among them is {#}':
    'el presupuesto se acabó tras {0} de los {1} prefijos elegidos de {2}; la mayor probabilidad de la clase entre ellos es {3}',
  'changing the first {#} of {} does not reach the class; its probability is then {#}':
    'cambiar los primeros {0} de {1} no llega a la clase; su probabilidad es entonces {2}',
  'not found: the budget ended after {#} candidates; the largest probability of the class among them is {#}':
    'no se encontró: el presupuesto se acabó tras {0} candidatos; la mayor probabilidad de la clase entre ellos es {1}',
  'the image is already read as class {#}: nothing has to be changed': 'la imagen ya se lee como la clase {0}: no hay nada que cambiar',
  'with the contrast: {}': 'con el contraste: {0:en}',
  'with the target: {}': 'con la clase deseada: {0:en}',
  'the class is reached, but {}': 'se llega a la clase, pero {0}',
  'the edit changes {#} pixels after pruning, more than the {#} allowed':
    'el cambio afecta a {0} píxeles tras podar, más de los {1} permitidos',
  'the reference executor reads class {#} in the edit of {}': 'el ejecutor de referencia lee la clase {0} en el cambio de {1}',
  'the edit of {} does not survive being saved in 8 bits and read back':
    'el cambio de {0} no sobrevive a guardarse en 8 bits y volver a leerse',
  'the map holds numbers that are not finite': 'el mapa contiene números que no son finitos',
  'the gradient is zero at every pixel: no unit that the class depends on responds to a small change of this image':
    'el gradiente es cero en todos los píxeles: ninguna unidad de la que depende la clase responde a un cambio pequeño de esta imagen',
  'the attribution is zero at every pixel: the image equals the baseline, or the gradient vanishes all the way between them':
    'la atribución es cero en todos los píxeles: la imagen es igual a la línea base, o el gradiente se anula en todo el camino entre ambas',
  'proof: {}; {} suffices': 'prueba: {0}; {1} basta',
  'proof: {}; {} suffice': 'prueba: {0}; {1} bastan',
  'proof: {}; {} suffices, but another strategy was asked for': 'prueba: {0}; {1} basta, pero se pidió otra estrategia',
  'proof: {}; {} suffice, but another strategy was asked for': 'prueba: {0}; {1} bastan, pero se pidió otra estrategia',
  'proof: {}; none reaches the class': 'prueba: {0}; ninguna llega a la clase',
  'no proof: {}; more are borderline than were verified': 'sin prueba: {0}; hay más casos límite de los que se comprobaron',
  'all {#} single {} were tried': 'se probaron todos los cambios de uno en uno ({0} {1})',
  'all {#} pairs of {} were tried': 'se probaron todos los pares ({0}) de {1}',
  flips: 'inversiones',
  patches: 'parches',
  'the map {} cannot order pixels: {}': 'el mapa {0} no puede ordenar los píxeles: {1}',
  'the strategy {} has no percentages (one of {})': 'la estrategia {0} no tiene porcentajes (se espera una de {1})',
  'no repair of this picture was run (run one first)': 'no se ha hecho ninguna corrección de esta imagen (haga una primero)',
};
