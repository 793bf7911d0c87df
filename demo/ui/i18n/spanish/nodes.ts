import { decimal, shape, type Table } from './table.js';

const STRETCHING = 'tamaños, desde el último eje, iguales o 1';

/** What is wrong with a node: which one it is stands in front (index.ts). */
export const nodes = {
  'node.attribute-type': (v) => `el atributo «${v.attribute}» es ${v.type} (se espera ${v.wanted})`,
  'node.attribute-missing': (v) => `falta el atributo «${v.attribute}»`,
  'node.attribute-nan': (v) => `el atributo «${v.attribute}» es NaN (se espera un número)`,
  'node.not-integer': (v) => `${v.attribute} contiene ${v.value} (se esperan enteros)`,
  'node.input-missing': (v) => `falta la entrada ${v.position}`,
  'node.input-count': (v) =>
    `${v.inputs === 1 ? '1 entrada' : `${v.inputs} entradas`} (se esperan ${v.most === null ? `${v.least} o más` : v.least === v.most ? v.least : `de ${v.least} a ${v.most}`})`,
  'node.output-count': (v) =>
    `${v.outputs === 0 ? 'ninguna salida' : `${v.outputs} salidas`} (${v.most === 1 ? 'se espera 1' : `se esperan de 1 a ${v.most}`})`,
  'node.input-computed': (v) => `la entrada ${v.position}, «${v.input}», depende de la imagen (se espera una constante)`,
  'node.further-output': (v) => `se usa su salida ${v.position}, «${v.output}» (solo se admite la salida 0)`,
  'node.internal': () => 'no es un operador de archivos (lo crea Pathlight)',
  'node.choice': (v) => `${v.attribute} es ${v.value} (se espera ${v.choices.join(' o ')})`,
  'node.known': (v) => `${v.attribute} es ${v.value} (se espera ${v.known.join(', ')})`,
  'node.least': (v) => `${v.attribute} es ${v.value} (se espera ${v.least} al menos)`,
  'node.pair': (v) => `${v.attribute} son [${v.values}] (se esperan 2 números de ${v.least} al menos)`,
  'node.training': (v) => `training_mode es ${v.value} (se espera una red exportada para inferencia)`,
  'node.input-shape': (v) =>
    `entrada de forma ${shape(v.shape)} (se esperan los ejes de lote y de canales${v.needs === 'planes' ? ', y planos' : ' al menos'})`,
  'axes.rank': (v) => `${v.axes} ejes (como mucho ${v.most})`,
  'axes.axis': (v) => `eje ${v.axis} de ${v.axes} ejes (${v.axes === 0 ? 'un escalar no tiene' : `de ${-v.axes} a ${v.axes - 1}`})`,
  'axes.twice': (v) => `los ejes ${v.axes.join(', ')} nombran uno dos veces (cada uno una vez)`,
  'axes.flatten': (v) => `eje ${v.axis} de ${v.axes} ejes (de ${-v.axes} a ${v.axes})`,
  'axes.squeeze': (v) => `el eje ${v.axis} de ${shape(v.shape)} tiene tamaño ${v.size} (solo se quitan ejes de tamaño 1)`,
  'axes.unsqueeze': () => 'faltan los ejes (los lugares de los nuevos)',
  'axes.permutation': (v) => `perm ${v.perm.join(', ')} para ${v.axes} ejes (cada eje una vez)`,
  'broadcast.shapes': (v) => `las formas ${v.shapes.map(shape).join(' y ')} no encajan (se esperan ${STRETCHING})`,
  'broadcast.input': (v) => `${v.what} de forma ${shape(v.shape)} no se extiende a ${shape(v.to)} (se esperan ${STRETCHING})`,
  'broadcast.expand': (v) => `la forma ${shape(v.shape)} no se extiende a [${v.to}] (se esperan ${STRETCHING})`,
  'loop.long': (v) => `más de ${v.most} vueltas (se esperan menos)`,
  'loop.condition': () => 'sigue según una condición que depende de la imagen (se espera un número fijo de vueltas)',
  'scan.inputs': (v) => `recorre ${v.scanned} de ${v.inputs} entradas (se espera una al menos, y las del cuerpo como las demás)`,
  'scan.lengths': (v) => `recorre entradas de longitudes ${v.lengths.join(', ')} (se espera una sola longitud)`,
  'loop.empty': () => 'une valores de ninguna vuelta (se espera una al menos)',
  'fold.no-number': (v) => `ninguno de sus atributos es un número denso (se espera ${v.attributes.join(', ')})`,
  'fold.integer-not-finite': () => 'da un entero que no es finito (no se puede dividir por 0)',
  'fold.sizes': (v) => `da una constante de forma ${shape(v.shape)} (se esperan tamaños enteros desde 0)`,
  'fold.operations': (v) =>
    `calcula una constante en ${v.operations} operaciones, tras ${v.spent} para otras (como mucho ${v.most} para todas las constantes del archivo: guarde sus valores)`,
  'fold.bytes': (v) =>
    `da una constante de ${v.bytes} bytes, tras ${v.spent} para otras (como mucho ${v.most} para todas las que el archivo calcula)`,
  'sequence.input': (v) => `la entrada ${v.position}, «${v.input}», es una secuencia de tensores (se espera un tensor, como da SequenceAt)`,
  'sequence.tensor': (v) => `la entrada ${v.position}, «${v.input}», es un tensor (se espera una secuencia de tensores)`,
  'sequence.long': (v) => `divide ${v.size} en partes de ${v.parts.join(', ')} (se esperan tamaños desde 0, como mucho ${v.most} partes)`,
  'fold.scatter': (v) =>
    `cambios ${shape(v.updates)} en los índices ${shape(v.indices)} de ${shape(v.data)} (se espera un cambio por índice)`,
  'fold.one-number': (v) => `entrada ${v.position} de forma ${shape(v.shape)} (se espera un número)`,
  'fold.index': (v) => `índice ${v.index} en un eje de ${v.size} (de ${-v.size} a ${v.size - 1})`,
  'cast.type': (v) => `convierte al tipo de datos ${v.type} (se esperan float, enteros o booleanos)`,
  'quantise.zero-point-range': () =>
    'un punto cero que no es un entero de hasta 16 bits, o calculado (se esperan enteros de hasta 16 bits)',
  'quantise.type': (v) => `cuantiza a ${v.type} (se esperan enteros de hasta 16 bits)`,
  'quantise.zero-point-type': () => 'un punto cero que no es entero (se esperan enteros de hasta 16 bits)',
  'quantise.zero-points': (v) => `${v.zeroPoints} puntos cero para ${v.scales} escalas (se esperan tantos como escalas)`,
  'quantise.scales': (v) => `${v.scales} escalas para el eje ${v.axis} de ${shape(v.shape)} (se esperan 1 o ${v.size})`,
  'quantise.blocks': (v) =>
    `escalas de forma ${shape(v.scales)} para bloques de ${v.block} de ${shape(v.shape)} (se espera ${shape(v.wanted)})`,
  'quantise.blob': (v) =>
    `entrada ${v.position} de forma ${shape(v.shape)} (se esperan ${v.elements} elementos, como dicen K, N, bits y block_size)`,
  'quantise.group-index': () => 'g_idx, bloques en un orden propio (se esperan bloques en orden)',
  'div.by-zero': (v) => `divide por la constante «${v.constant}», que contiene 0 (no se puede dividir por 0)`,
  'top-k.count': (v) => `k es ${v.k} para un eje de ${v.size} (se espera un entero de 1 a ${v.size})`,
  'eye-like.axes': (v) => `una entrada de ${v.axes} ejes (se espera una matriz)`,
  'celu.alpha': () => 'alpha es 0 (se espera otro número: x se divide por él)',
  'clip.bound-elements': (v) => `un límite de ${v.elements} elementos (se espera un escalar)`,
  'clip.bound-nan': () => 'un límite es NaN (se espera un número)',
  'gelu.approximate': (v) => `approximate es «${v.approximate}» (se espera "none" o "tanh")`,
  'conv.axes': (v) => `una convolución de ${shape(v.shape)} tiene ${v.shape.length - 2} ejes espaciales (se esperan de 1 a 3)`,
  'conv.batch': (v) => `la entrada ${shape(v.shape)} tiene un eje de lote de ${v.shape[0] ?? 0} en una sola imagen (se espera 1xCxHxW)`,
  'conv.weights': (v) =>
    `los pesos ${shape(v.weights)} en ${v.group} grupos no encajan en la entrada ${shape(v.shape)} (se espera ${v.transposed ? '[canales, salidas / grupos, filas, columnas], canales múltiplo de los grupos' : '[salidas, canales / grupos, filas, columnas], salidas múltiplo de los grupos'})`,
  'conv.kernel-shape': (v) => `kernel_shape es [${v.declared}] (se espera [${v.kernel}], como en los pesos ${shape(v.weights)})`,
  'conv.bias': (v) => `un sesgo de ${shape(v.bias)} no encaja en ${v.outputs} canales de salida (se esperan ${v.outputs} números)`,
  'conv.empty-output': (v) => `una salida de ${v.sizes.join('x')} (se espera al menos una fila y una columna)`,
  'window.list': (v) => `${v.attribute} son [${v.values}] (se esperan ${v.length} números)`,
  'window.pads': (v) => `pads son [${v.pads}] (se esperan 4 números desde 0: arriba, izquierda, abajo, derecha)`,
  'window.kernel': (v) => `kernel_shape es [${v.kernel}] (se esperan 2 números desde 1)`,
  'window.large': (v) =>
    `una ventana de ${v.window.join('x')} no cabe en ${v.input.join('x')} con los márgenes [${v.pads}] (no puede superar la entrada con sus márgenes)`,
  'window.in-padding': (v) => `una ventana de ${v.kernel.join('x')} cae entera en el margen (se espera un margen menor)`,
  'pool.axes': (v) =>
    `una agrupación de ${shape(v.shape)} tiene ${v.shape.length - 2} ejes espaciales (se esperan 2, o una ventana de cualquier número de ejes)`,
  'pool.no-kernel': () => 'falta el atributo kernel_shape (2 números desde 1)',
  'pool.no-plane': (v) => `una entrada de ${shape(v.shape)} no tiene ejes espaciales (se espera NxCxHxW)`,
  'concat.shapes': (v) =>
    `las formas ${shape(v.first)} y ${shape(v.next)} no se unen a lo largo del eje ${v.axis} (los demás tamaños deben ser iguales${v.batch > 1 ? `; la red se exportó con lote ${v.batch}, pruebe con lote 1` : ''})`,
  'depth-to-space.channels': (v) =>
    `${v.channels} canales en bloques de ${v.block}x${v.block} (se espera un múltiplo de ${v.block * v.block})`,
  'depth-to-space.planes': (v) =>
    `planos de ${v.rows}x${v.columns} en bloques de ${v.block}x${v.block} (se esperan múltiplos de ${v.block})`,
  'depth-to-space.shape': (v) => `una entrada de forma ${shape(v.shape)} (se esperan cuatro ejes: lote, canales, filas, columnas)`,
  'depth-to-space.block': (v) => `blocksize es ${v.block} (se espera 1 al menos)`,
  'pad.nothing-left': (v) => `los márgenes ${v.pads.join(', ')} no dejan nada de ${shape(v.shape)} (al menos un elemento por eje)`,
  'pad.large': (v) => `el modo ${v.mode} da un eje de ${v.size} (como mucho ${v.most})`,
  'pad.too-many': (v) => `el modo ${v.mode} amplía en ${v.pads} un eje de ${v.size} (como mucho en ${v.most})`,
  'pad.absent': () => 'faltan los márgenes (los del principio, luego los del final)',
  'pad.count': (v) => `${v.pads} márgenes para ${v.axes} ejes (se esperan ${2 * v.axes}, los del principio y luego los del final)`,
  'pad.value-elements': (v) => `un valor de relleno de ${v.elements} elementos (se espera un escalar)`,
  'pad.value-nan': () => 'el valor de relleno es NaN (se espera un número)',
  'slice.bounds': (v) => `starts ${v.starts ?? 'falta'} y ends ${v.ends ?? 'falta'} (se esperan tantos ends como starts)`,
  'gather-nd.indices': (v) =>
    `índices ${shape(v.indices)} con batch_dims ${v.batchDims} en ${shape(v.shape)} (se espera en cada fila un lugar por cada uno de los primeros ejes, tras batch_dims ejes iguales${v.batch > 1 ? `; la red se exportó con lote ${v.batch}, pruebe con lote 1` : ''})`,
  'gather-elements.indices': (v) =>
    `índices ${shape(v.indices)} por el eje ${v.axis} de ${shape(v.shape)} (se esperan tantos ejes, y ningún otro más largo${v.batch > 1 ? `; la red se exportó con lote ${v.batch}, pruebe con lote 1` : ''})`,
  'grid-sample.shapes': (v) =>
    `cuadrícula ${shape(v.grid)} para ${shape(v.shape)} (se esperan planos [lote, canales, filas, columnas] y una cuadrícula [lote, filas, columnas, 2], o volúmenes y una cuadrícula de 3 números)`,
  'grid-sample.numbers': (v) =>
    `muestrea planos con ${v.numbers} números, pesos de todos los píxeles por cada píxel escrito (como mucho ${v.most}; use una imagen menor, con --size, si la red la admite)`,
  'deform-conv.shapes': (v) =>
    `pesos ${shape(v.weights)} y desplazamientos ${shape(v.offsets)}${v.mask.length > 0 ? `, máscara ${v.mask.join('x')}` : ''} para ${shape(v.shape)} con group ${v.group}, offset_group ${v.parts} (se esperan planos [lote, canales, filas, columnas], dos desplazamientos por elemento de la ventana y lugar, y un factor de la máscara)`,
  'max-places.elements': (v) => `lugares entre ${v.elements} elementos, que float32 no distingue (como mucho ${v.most})`,
  'max-unpool.shapes': (v) =>
    `coloca ${shape(v.shape)} en los lugares ${shape(v.places)} de ventanas de [${v.kernel}] en planos de [${v.sizes}] (se esperan un lugar por elemento, ventanas que no se solapen y planos que las contengan)`,
  'det.matrices': (v) => `determinantes de ${shape(v.shape)} (se esperan matrices cuadradas de ${v.most} filas como mucho)`,
  'affine-grid.size': (v) =>
    `theta ${shape(v.theta)} para una cuadrícula de [${v.size}] (se espera [lote, 2, 3] para planos, [lote, 3, 4] para volúmenes, como mucho ${v.most} píxeles)`,
  'col2im.blocks': (v) =>
    `bloques de ${v.block.join('x')} de una imagen de ${v.image.join('x')} con strides [${v.strides}], dilations [${v.dilations}], pads [${v.pads}] en ${shape(v.shape)} (se esperan lote, canales por elementos del bloque, y tantas columnas como bloques caben)`,
  'slice.steps': (v) => `starts ${v.starts}, axes ${v.axes} y steps ${v.steps} (se esperan tantos de cada uno, y ningún paso 0)`,
  'split.sizes': (v) =>
    `divide ${v.size} en ${v.sizes.join(' + ')} para ${v.outputs} salidas (se espera un tamaño por salida, que sumen el eje)`,
  'split.parts': (v) =>
    `divide ${v.size} en ${v.parts} partes para ${v.outputs} salidas (${v.equal ? 'se esperan partes iguales' : 'se espera una por salida, y solo la última menor'})`,
  'tile.repeats': (v) => `repeats [${v.repeats}] para la forma ${shape(v.shape)} (se espera uno por eje, desde 0)`,
  'reshape.rank': (v) => `una forma deseada de ${v.axes} ejes (se espera una lista de tamaños)`,
  'reshape.target': (v) => `forma deseada [${v.target}] (se esperan tamaños, 0, y como mucho un -1)`,
  'reshape.elements': (v) =>
    `la forma deseada [${v.target}] no contiene los ${v.elements} elementos de ${shape(v.shape)} (se esperan los mismos; un tamaño de lote solo puede ir primero)`,
  'reshape.copied-axis': (v) => `la forma deseada [${v.target}] copia el eje ${v.axis} de ${shape(v.shape)}, que no lo tiene`,
  'normalization.spatial': () => 'spatial=0, estadísticas por elemento (se espera spatial=1)',
  'normalization.parameter': (v) => `${v.parameter} de forma ${shape(v.found)} (se esperan los ${v.channels} canales de ${shape(v.shape)})`,
  'normalization.elements': (v) => `${v.parameter} de ${v.elements} elementos (se esperan ${v.wanted})`,
  'normalization.variance': (v) => `una varianza de ${decimal(v.variance)} con epsilon ${decimal(v.epsilon)} (se espera una suma positiva)`,
  'normalization.groups': (v) => `num_groups ${v.groups} de ${v.channels} canales (se espera un divisor)`,
  'lrn.size': (v) => `una ventana de ${v.size} canales (se espera 1 al menos)`,
  'lrn.bias': (v) => `bias es ${decimal(v.bias)} (se espera más de 0: mantiene el divisor lejos de 0)`,
  'einsum.equation': (v) => `la ecuación «${v.equation}» (se esperan letras de ejes, como en "bij,bjk->bik")`,
  'einsum.operands': (v) => `la ecuación «${v.equation}» de ${v.operands} operandos (se espera un producto de dos)`,
  'einsum.sizes': (v) => `la ecuación «${v.equation}» da a «${v.label}» los tamaños ${v.sizes.join(' y ')} (uno por letra)`,
  'einsum.unknown-label': (v) => `la ecuación «${v.equation}» hace de la nada un eje «${v.label}» (se espera una letra de un operando)`,
  'einsum.ellipsis': (v) => `la ecuación «${v.equation}» suma sobre los ejes de una elipsis (se espera una elipsis en la salida)`,
  'einsum.labels': (v) =>
    `la ecuación «${v.equation}» tiene las letras «${v.labels}» para ${v.axes} ejes (una por eje, y como mucho una elipsis)`,
  'einsum.diagonal': (v) =>
    `la ecuación «${v.equation}» toma una diagonal: «${v.label}» está dos veces en «${v.labels}» (cada letra una vez por operando)`,
  'einsum.sum': (v) => `la ecuación «${v.equation}» suma «${v.label}» de un solo operando (se espera en ambos, o en la salida)`,
  'gemm.shapes': (v) =>
    `${shape(v.a)} por ${shape(v.b)} con transA ${v.transA}, transB ${v.transB} no encajan (se esperan dos matrices, tantas columnas a la izquierda como filas a la derecha)`,
  'gemm.c': (v) => `C de ${shape(v.c)} no se extiende a ${shape(v.shape)} (se esperan ${STRETCHING})`,
  'matmul.shapes': (v) =>
    `${shape(v.a)} por ${shape(v.b)} no encajan (tantas columnas a la izquierda como filas a la derecha, y ejes de lote iguales o 1)`,
  'resize.roi': (v) => `roi [${v.roi}] para ${v.axes} ejes (se esperan ${2 * v.axes} números, primero los comienzos)`,
  'attention.heads': (v) =>
    `${v.heads} cabezas de ${shape(v.shape)} (se espera lote, longitud y un múltiplo de las cabezas, o cuatro ejes)`,
  'attention.shapes': (v) =>
    `consultas ${shape(v.q)}, claves ${shape(v.k)} y valores ${shape(v.v)} no encajan (tantas claves como valores, y las cabezas de consultas un múltiplo de las suyas)`,
  'attention.mask': (v) => `una máscara de ${shape(v.shape)} (se espera [${v.batch}, ${v.keys}] o [${v.batch}, ${v.queries}, ${v.keys}])`,
  'attention.past': () => 'sigue de pasos anteriores, o gira por posiciones (se espera atención de una sola imagen)',
  'recurrent.activations': (v) => `activations son ${v.names.join(', ')} (se esperan ${v.wanted} nombres)`,
  'recurrent.weights': (v) =>
    `pesos ${shape(v.w)} y ${shape(v.r)} para una secuencia ${shape(v.x)} (se espera [${v.directions}, ${v.gates} x ocultos, entradas] y [${v.directions}, ${v.gates} x ocultos, ocultos])`,
  'dft.length': (v) => `transforma ${v.size} números a la longitud ${v.length} (se esperan enteros de 1 a ${v.most})`,
  'dft.numbers': (v) =>
    `transforma el eje ${v.axis} de ${shape(v.shape)} (se espera otro eje que el último, que contiene números reales, o sus partes real e imaginaria)`,
  'recurrent.lengths': (v) => `${v.lengths} longitudes para ${v.sequences} secuencias (se espera una por secuencia)`,
  'resize.targets': (v) =>
    `scales [${v.scales}] y sizes [${v.sizes}] para ${v.axes} ejes de ${shape(v.shape)} (se espera uno de los dos, un número positivo por eje)`,
  'resize.size': (v) => `da al eje ${v.axis} el tamaño ${v.size} (de 1 a ${v.most})`,
  'ml.per-feature': (v) =>
    `${v.attribute} tiene ${v.numbers} números para ${v.features} características (se espera un número, o uno por característica)`,
  'ml.linear': (v) =>
    `${v.coefficients} coeficientes y ${v.intercepts} términos independientes para características de forma ${shape(v.shape)} (se espera una fila de coeficientes por clase, tan larga como la de características, y un término)`,
} as const satisfies Partial<Table>;
