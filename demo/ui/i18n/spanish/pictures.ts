import { decimal, foreign, rounded, sentence, shape, type Table } from './table.js';

type Source = Parameters<Table['settings.value']>[0]['source'];

const sourceOf = (source: Source) =>
  typeof source === 'object' ? source.path : source === 'flags' ? 'los ajustes' : 'el archivo .json de la red';
const fileOf = (source: string | null) => source ?? 'el archivo .npy';
const pictureOf = (source: string | null) => source ?? 'la imagen';
const numbers = (count: number) => `${count} número${count === 1 ? '' : 's'}`;

const WANTED = {
  range: 'dos números distintos, como [0, 1]',
  numbers: 'un número, o uno por canal, como [0.485, 0.456, 0.406]',
  'positive numbers': 'un número mayor que 0, o uno por canal',
  labels: 'una lista de textos, uno por clase, una tabla como {"0": "cat", "1": "dog"}, o el nombre de una lista incluida como "imagenet"',
  pixels: 'un número entero de píxeles',
  constants: 'números o listas de números por los nombres de las entradas, como {"temperature": 1}',
  size: 'un número entero de píxeles para ambos lados, o [alto, ancho]',
  name: 'el nombre de una salida',
} as const;

const SETTINGS: Readonly<Record<string, string>> = { mean: 'la media', std: 'la desviación' };

/** How pictures become inputs, arrays, and what only the page says. */
export const pictures = {
  'image.crop': (v) => `un recorte de ${shape(v.crop)} de ${shape(v.size)} (se espera uno que quepa)`,
  'image.mask-size': (v) => `una máscara de ${v.numbers} números (se esperan ${v.pixels}, uno por píxel)`,
  'image.mask-number': (v) => `la máscara contiene ${v.value} en el píxel ${v.pixel} (se espera un número por píxel)`,
  'image.blocks': (v) => `bloques de ${v.side} píxeles (se espera un entero desde 1)`,
  'image.bytes': (v) => `una imagen de ${shape(v.size)} con ${v.bytes} bytes (se esperan ${v.wanted})`,
  'image.size': (v) => `una imagen de ${shape(v.size)} (se espera ${shape(v.wanted)}, el tamaño de la entrada ${shape(v.shape)} de la red)`,
  'image.values': (v) => `${v.values} valores (se esperan ${v.wanted}, como en la entrada ${shape(v.shape)} de la red)`,
  'input.resize-contain': (v) => `tamaño ${v.resize} con el ajuste contain, que no recorta (se espera cover o stretch)`,
  'input.resize-small': (v) => `tamaño ${v.resize} para una entrada de ${shape(v.size)} (se espera ${v.least} o más)`,
  'input.not-one-image': (v) => `la entrada ${shape(v.shape)} de la red no es una imagen (se espera 1xCxHxW, 1xHxWxC, 1xHxW o 1xN)`,
  'input.range-found': (v) =>
    `la red empieza por reescalar su entrada (${v.operator} «${v.node}»), así que las imágenes entran de ${v.range.join(' a ')} (si no es así, indique «range» en el archivo .json junto a la red)`,
  'input.range-doubtful': (v) =>
    `la red misma reescala su entrada (${v.operator} «${v.node}»), como para valores de ${v.range.join(' a ')}, y las imágenes entran de ${v.fed.map(rounded).join(' a ')} (encajaría el intervalo ${v.range.join(', ')} sin media ni desviación)`,
  'input.whole-numbers': (v) =>
    `la entrada de la red es de números enteros, y con el intervalo ${v.range.join(' a ')}, la media ${v.mean.map(rounded).join('; ')} y la desviación ${v.std.map(rounded).join('; ')} los píxeles se convierten en ${v.fractions ? 'fracciones, ' : 'números '}de ${v.fed.map(rounded).join(' a ')} (encajaría el intervalo ${v.pixels.join(', ')} sin media ni desviación, salvo que la red se hiciera para estas)`,
  'input.no-picture': (v) =>
    `la entrada ${shape(v.shape)} de la red no es una imagen de 1 o 3 canales: las imágenes solo muestran la media de sus ${v.channels === 1 ? 'valores' : `${v.channels} canales`}, y los mapas, la suma (los archivos .npy tienen todos los números)`,
  'input.needs-array': (v) =>
    `${v.source ?? 'la imagen'}: la entrada ${shape(v.shape)} de la red no es una imagen de 1 o 3 canales (se espera un archivo .npy)`,
  'baseline.no-colours': (v) =>
    `la referencia ${v.baseline} es un color, y la entrada ${shape(v.shape)} de la red no es una imagen (se espera zero, mean, blur, un número o una lista)`,
  'repair.no-picture': (v) => `la entrada ${shape(v.shape)} de la red no es una imagen de 1 o 3 canales, cuyos píxeles se puedan cambiar`,
  'input.axis': (v) => `${v.axis} ${v.given} no encaja en la entrada ${shape(v.shape)} de la red (se espera ${v.axis} ${v.wanted})`,
  'input.layout': (v) => `la disposición ${v.layout} no encaja en la entrada ${shape(v.shape)} de la red (se espera ${v.wanted})`,
  'input.pixels': (v) =>
    `${shape(v.size)} píxeles no llenan la entrada ${shape(v.shape)} de la red (se esperan ${v.wanted.join(' o ')} píxeles)`,
  'input.per-channel': (v) =>
    `${SETTINGS[v.setting] ?? v.setting} ${v.numbers.join(', ')} tiene ${numbers(v.numbers.length)}, la entrada de la red ${v.channels} ${v.channels === 1 ? 'canal' : 'canales'} (se espera ${v.channels === 1 ? '1 número' : `1 o ${v.channels} números`})`,
  'settings.no-object': (v) =>
    `${sourceOf(v.source)}: ${v.value} no es un objeto (por ejemplo {"range": [0, 1], "mean": [0.5], "std": [0.5]})`,
  'settings.unknown-key': (v) =>
    `${sourceOf(v.source)}: clave desconocida «${v.key}» (se espera una de ${v.known.join(', ')}, description)`,
  'settings.labels': (v) => `${sourceOf(v.source)}: ${v.labels} nombres para una red de ${v.classes} clases (se esperan ${v.classes})`,
  'settings.value': (v) =>
    `${sourceOf(v.source)}: «${v.key}» es ${v.value} (se espera ${typeof v.wanted === 'string' ? WANTED[v.wanted] : v.wanted.map((choice) => `"${choice}"`).join(' o ')})`,
  'labels.no-json': (v) => `${v.path}: empieza como JSON y no lo es (se espera una lista JSON de nombres, o un nombre por línea)`,
  'labels.form': (v) =>
    `${v.path}: no es una lista de nombres ni una tabla de todas las clases (se espera ["cat", "dog"], {"0": "cat", "1": "dog"} o {"cat": 0, "dog": 1})`,
  'picture.empty': (v) => `${pictureOf(v.source)}: el archivo está vacío (se espera png, jpg, webp o bmp)`,
  'picture.corrupt': (v) =>
    sentence`${pictureOf(v.source)}: no se puede descodificar, ${foreign(v.detail)} (se espera png, jpg, webp o bmp, sin daños)`,
  'picture.unknown': (v) =>
    `${pictureOf(v.source)}: no se puede descodificar, sus primeros bytes no son de ninguna imagen (se espera png, jpg, webp o bmp, sin daños)`,
  'picture.mask-colours': (v) =>
    `${pictureOf(v.source)}: ${v.colours} colores como máscara (se espera un color por parche, como mucho ${v.most}, guardados sin pérdida)`,
  'picture.mask-shape': (v) =>
    `${pictureOf(v.source)}: una máscara de ${shape(v.shape)} (se espera ${shape(v.wanted)}, filas y columnas de la entrada de la red)`,
  'picture.format': (v) => `${pictureOf(v.source)}: formato ${v.format} (se espera png, jpg, webp o bmp)`,
  'picture.bmp': (v) =>
    `${pictureOf(v.source)}: un bmp de ${v.bits} bits con la compresión ${v.compression} (se espera una paleta, 16, 24 o 32 bits, sin comprimir o RLE)`,
  'picture.truncated': (v) => `${pictureOf(v.source)}: un bmp de ${v.bytes} bytes está incompleto (se espera uno sin daños)`,
  'picture.large': (v) => `${pictureOf(v.source)}: ${shape(v.size)} son ${decimal(v.megapixels)} megapíxeles (como mucho ${v.most})`,
  'picture.no-pixels': (v) => `${pictureOf(v.source)}: ${shape(v.size)} no tiene píxeles (se espera al menos 1x1)`,
  'npy.element-type': (v) =>
    `${fileOf(v.source)}: tipo de elemento ${v.type} (se espera uno de ${v.known.join(', ')}, en cualquier orden de bytes)`,
  'npy.bytes': (v) =>
    `${fileOf(v.source)}: ${v.found} bytes de elementos, pero la forma ${shape(v.shape)} de ${v.type} necesita ${v.wanted} (${v.found < v.wanted ? 'el archivo está incompleto' : 'se espera una matriz por archivo'})`,
  'npy.large-integer': (v) => `${fileOf(v.source)}: elemento ${v.element} (se esperan enteros de hasta 2^53)`,
  'npy.elements': (v) => `${v.elements} elementos no llenan la forma ${shape(v.shape)} (se esperan ${v.wanted})`,
  'npy.other-file': (v) => `${fileOf(v.source)}: no es un archivo .npy (se espera uno escrito por numpy.save)`,
  'npy.version': (v) => `${fileOf(v.source)}: formato .npy ${v.version} (se espera 1.0, 2.0 o 3.0)`,
  'npy.no-header': (v) => `${fileOf(v.source)}: la cabecera está incompleta (se espera un archivo escrito por numpy.save)`,
  'npy.header-truncated': (v) => `${fileOf(v.source)}: la cabecera está incompleta (se esperan ${v.wanted} bytes, hay ${v.found})`,
  'npy.header': (v) =>
    `${fileOf(v.source)}: cabecera ${v.header} (se espera {'descr': '<f4', 'fortran_order': False, 'shape': (1, 28, 28)})`,
  'page.no-percentages': (v) => `la estrategia ${v.strategy} no tiene porcentajes (se espera una de ${v.known.join(', ')})`,
  'page.side-file': () => 'el archivo .json de la red no es JSON (por ejemplo {"range": [0, 1], "mean": [0.5], "std": [0.5]})',
  'page.alphas': (v) => `${v.alphas} puntos del camino (se espera un entero mayor que 1)`,
  'page.map': (v) => `mapa ${v.index} de ${v.maps} (se espera uno de los pedidos)`,
  'page.no-repair': () => 'no se ha hecho ninguna corrección de esta imagen (haga una primero)',
  'page.superseded': (v) => `${v.model} no se abrió, pues después se pidió otra red`,
  'page.no-model': () => 'no hay ninguna red abierta (abra una primero)',
  'page.drawing': (v) => `un dibujo de ${v.pixels} píxeles (se espera ${v.side}x${v.side})`,
  'page.unreadable-picture': (v) =>
    `${v.name ?? 'el archivo'} no es una imagen que este navegador pueda leer (se espera png, jpg, webp, bmp o npy)`,
  'page.large-picture': (v) => `una imagen de ${shape(v.size)}, ${decimal(v.megapixels)} megapíxeles (como mucho ${v.most})`,
  'page.not-a-digit': (v) =>
    `una imagen centrada como dígito para una entrada de ${shape(v.size)} (se espera 28x28 en gris, u otro ajuste)`,
  'page.npy-numbers': (v) => `un archivo .npy de ${numbers(v.numbers)} (se esperan ${v.wanted}, como la entrada de la red)`,
} as const satisfies Partial<Table>;
