import { decimal, foreign, megabytes, rounded, sentence, shape, type Table } from './table.js';

const listed = (names: readonly string[]) => (names.length === 0 ? 'ninguna' : names.join(', '));

const ASKED = { adapter: 'adaptador', device: 'dispositivo' } as const;

/** Graphs, devices and kernels. */
export const devices = {
  'layer.unknown': (v) => `la capa «${v.layer}» no existe (por ejemplo ${listed(v.known)})`,
  'layer.no-plane': (v) => `la capa «${v.layer}» no tiene planos: ${shape(v.shape)} (por ejemplo ${listed(v.known)})`,
  'layer.no-convolution': () => 'la red no tiene ninguna convolución de más de un píxel (use otro método)',
  'attention.none': () => 'la red no tiene atención: ningún Softmax entre dos productos de valores (use otro método)',
  'attention.windows': (v) =>
    `Softmax «${v.node}» es una atención de forma ${shape(v.shape)}, no de los mismos ${v.tokens} tokens de toda la imagen que las demás (use attn-lrp, ig, grad-cam o un método sin gradientes)`,
  'attention.no-sums': () =>
    'los bloques de la red no terminan en sumas de una misma forma, de cada una de las cuales se pudieran leer las puntuaciones (use gradient-x-attention o attn-lrp)',
  'layer.no-value': (v) => `«${v.value}» no es un valor de esta red que dependa de la imagen (por ejemplo el de ${listed(v.known)})`,
  'layer.unused': (v) => `la salida no depende de «${v.value}»`,
  'layer.view': (v) => `${v.operator} «${v.node}» no calcula nada propio (use el nodo anterior)`,
  'graph.smooth': (v) =>
    `${v.operator} «${v.node}» ${v.jumps ? 'da saltos' : 'es suave'}, y solo hay integrales exactas para redes lineales a trozos (${v.onlySoftmax ? 'use la salida logit, o pasos automáticos' : 'use pasos automáticos'})`,
  'graph.no-gradient': (v) => `${v.operator} «${v.node}» no tiene gradiente`,
  'page.no-webgpu': () => 'este navegador no tiene WebGPU (se espera un Chrome, Edge, Firefox o Safari actual)',
  'page.insecure': () => 'esta página llegó por http sin cifrar, y así los navegadores no ofrecen WebGPU (se espera https, o localhost)',
  'page.gpu-failed': (v) =>
    sentence`WebGPU no pudo dar un ${ASKED[v.asked]}: ${foreign(v.detail)} (recargue la página para intentarlo otra vez)`,
  'page.gpu-silent': (v) =>
    `se pidió a WebGPU un ${ASKED[v.asked]} y no respondió en ${v.seconds} segundos (la página lo usará cuando responda)`,
  'doctor.right': (v) =>
    `Todo lo que Pathlight calcula en ${v.adapter} es correcto: ${v.kernels} kernels en ${v.checks} pruebas, ninguno a más de ${decimal(Number(v.worst.toExponential(1)))} de float64`,
  'doctor.right-part': (v) =>
    `En ${v.adapter} estas ${v.checks} pruebas son correctas, ninguna a más de ${decimal(Number(v.worst.toExponential(1)))} de float64; las demás no se hicieron`,
  'doctor.nothing': (v) => `ninguna prueba tiene «${v.text}» en su nombre (el nombre de un operador, como Conv o Softmax)`,
  'doctor.wrong': (v) =>
    `${v.adapter} calcula números equivocados: fallan ${v.wrong} de ${v.checks} pruebas, y con ellas ${v.operators.join(', ')}`,
  'doctor.speed': (v) =>
    `Hace ${rounded(v.gflops)} mil millones de operaciones por segundo en un bucle simple, las capas de las redes llegan hasta el ${rounded(100 * v.share)} % de eso (${v.work}), y una llamada tarda al menos ${rounded(v.milliseconds)} ms`,
  'doctor.use-it': () => 'Úselo: es lo que calcula si usted no elige otra cosa',
  'doctor.use-cpu': () => 'No se fíe de sus mapas: calcule en el procesador, instale el controlador más nuevo y avise con doctor.json',
  'doctor.software': (v) =>
    v.lavapipe
      ? 'Funciona en el procesador: es correcto, y muchas veces más lento que una GPU'
      : 'Funciona en el procesador: es correcto, y muchas veces más lento que una GPU; en Linux, Mesa 25 o posterior puede ser varias veces más rápido que SwiftShader: apt install mesa-vulkan-drivers',
  'gpu.no-adapter': () => 'aquí WebGPU no tiene ningún adaptador (una GPU con un controlador actual, o el procesador)',
  'gpu.error': (v) => sentence`WebGPU avisó de un error: ${foreign(v.detail)}`,
  'gpu.refused': (v) => sentence`WebGPU rechazó una llamada: ${foreign(v.detail)}`,
  'gpu.lost': (v) => sentence`se perdió el dispositivo gráfico: ${foreign(v.detail)}`,
  'session.destroyed': () => 'la sesión fue destruida (cree otra)',
  'gpu.destroyed': () => 'la red se cerró (ábrala otra vez)',
  'gpu.out-of-memory': (v) => sentence`la memoria gráfica se agotó: ${foreign(v.detail)} (pruebe con menos pasos o con una red menor)`,
  'gpu.network-too-large': (v) =>
    `la red necesita ${megabytes(v.total)} para cuatro muestras, ${megabytes(v.fixed)} de ellos sea cual sea su número, y su mayor tensor ${megabytes(v.largest)} (este dispositivo da como mucho ${megabytes(v.budget)} en total y ${megabytes(v.buffer)} por tensor; ${v.largest > v.buffer ? 'en otra GPU, con una imagen menor si el archivo deja abierto el tamaño, o en el procesador' : 'con un memoryBudget mayor, o en el procesador,'} cabe más)`,
  'cpu.network-too-large': (v) =>
    `la red necesita ${megabytes(v.bytes)} para una imagen en float64 (en el procesador como mucho ${megabytes(v.most)})`,
  'gpu.fused-too-large': (v) =>
    `el plan fused no cabe: ${v.samples} muestras de esta red necesitan ${megabytes(v.bytes)} a la vez (como mucho ${megabytes(v.buffer)} por búfer y ${megabytes(v.budget)} en total; el plan layered las divide)`,
  'kernel.linked-does-not-compile': (v) => sentence`los kernels enlazados no compilan: ${foreign(v.detail)}`,
  'kernel.does-not-compile': (v) => sentence`el kernel ${v.kernel} no compila: ${foreign(v.detail)}`,
  'kernel.parameter': (v) => `el kernel ${v.kernel} necesita ${v.numbers} número(s) en el parámetro ${v.parameter}, no ${v.given}`,
  'kernel.unknown-parameter': (v) => `el kernel ${v.kernel} no tiene el parámetro ${v.parameters.join(', ')}`,
  'kernel.unknown-constant': (v) => `el kernel ${v.kernel} no tiene la constante ${v.constant} (se espera una de ${v.known.join(', ')})`,
  'shader.no-uniform': (v) => `el shader ${v.shader} no tiene «parameters» en el enlace 0 (var<uniform> parameters: Parameters)`,
  'shader.no-storage': (v) => `el shader ${v.shader} no tiene búfer en el enlace ${v.binding} (se esperan enlaces sin huecos)`,
  'shader.member-type': (v) => `el miembro ${v.member} tiene el tipo ${v.type} (se espera u32, i32, f32 o un vector de ellos)`,
  'shader.unknown': (v) => `el shader ${v.shader} no existe (se espera un archivo de shaders/)`,
  'shader.template': (v) => sentence`${v.shader}.wgsl, línea ${v.line}: ${foreign(v.detail)} (${v.text})`,
  'shader.not-closed': (v) => `un ${v.bracket} del shader no se cierra (${v.text})`,
  'shader.at-module-scope': (v) =>
    `el shader ${v.shader} tiene «${v.text}» en el ámbito del módulo (se espera fn, struct, const, alias o var)`,
  'link.bindings': (v) => `el shader ${v.shader} tiene ${v.bindings} enlaces, y su llamada ${v.operands} (se esperan tantos)`,
  'link.form': (v) => sentence`el shader ${v.shader} no se puede enlazar: ${foreign(v.detail)} (${foreign(v.wanted)})`,
  'link.array-type': (v) =>
    `el shader ${v.shader} no se puede enlazar: ${v.variable} es un array<${v.type}> (se espera uno de ${v.known.join(', ')})`,
  'link.writes-input': (v) =>
    `el shader ${v.shader} no se puede enlazar: escribe ${v.variable}, de tipo ${v.home} (solo tensores o resultados)`,
  'link.writes-halves': (v) => `el shader ${v.shader} no se puede enlazar: escribe mitades de ${v.variable} (array<vec4f> o array<f32>)`,
  'link.reserved-name': (v) =>
    `el shader ${v.shader} no se puede enlazar: tiene una variable ${v.variable} (se esperan otros nombres que ${v.reserved.join(', ')})`,
  'link.no-index': (v) =>
    `el shader ${v.shader} no se puede enlazar: usa ${v.variable} sin índice, ${v.text} (elementos enteros, NAME[index])`,
  'link.writes-part': (v) =>
    `el shader ${v.shader} no se puede enlazar: escribe una parte de ${v.variable}, ${v.text} (elementos enteros, NAME[index])`,
} as const satisfies Partial<Table>;
