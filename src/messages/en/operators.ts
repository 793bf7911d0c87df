import type { Table } from '../message.js';
import { formatShape } from '../words.js';

type Shape = readonly number[];
type Numbers = readonly number[];

/** What each operator requires of its attributes and shapes. NodeReader.error adds which node it is. */
export const operators = {
  'div.by-zero': (v: { constant: string }) => [`divides by the constant "${v.constant}", which holds 0`, 'no division by 0'],
  'top-k.count': (v: { k: number; size: number }) => [`k is ${v.k} for an axis of ${v.size}`, `a whole number from 1 to ${v.size}`],
  'eye-like.axes': (v: { axes: number }) => [`an input of ${v.axes} axes`, 'a matrix'],
  'celu.alpha': () => ['alpha is 0', 'another number: x is divided by it'],
  'clip.bound-elements': (v: { elements: number }) => [`a bound of ${v.elements} elements`, 'a scalar'],
  'clip.bound-nan': () => ['a bound is NaN', 'a number'],
  'gelu.approximate': (v: { approximate: string }) => [`approximate is "${v.approximate}"`, '"none" or "tanh"'],
  'conv.axes': (v: { shape: Shape }) => [`a convolution of ${formatShape(v.shape)} has ${v.shape.length - 2} spatial axes`, '1 to 3'],
  'conv.batch': (v: { shape: Shape }) => [
    `the input ${formatShape(v.shape)} has a batch axis of ${v.shape[0]} within one image`,
    '1xCxHxW',
  ],
  'conv.weights': (v: { weights: Shape; group: number; shape: Shape; transposed: boolean }) => [
    `weights ${formatShape(v.weights)} in ${v.group} groups do not fit the input ${formatShape(v.shape)}`,
    v.transposed
      ? 'weights [channels, outputs / group, rows, columns], channels a multiple of group'
      : 'weights [outputs, channels / group, rows, columns], outputs a multiple of group',
  ],
  'conv.kernel-shape': (v: { declared: Numbers; kernel: Numbers; weights: Shape }) => [
    `kernel_shape is [${v.declared}]`,
    `[${v.kernel}], as the weights ${formatShape(v.weights)} have it`,
  ],
  'conv.bias': (v: { bias: Shape; outputs: number }) => [
    `a bias of ${formatShape(v.bias)} does not fit ${v.outputs} output channels`,
    `${v.outputs} numbers`,
  ],
  'conv.empty-output': (v: { sizes: Numbers }) => [`an output of ${v.sizes.join('x')}`, 'at least one row and column'],
  'window.list': (v: { attribute: string; values: Numbers; length: number }) => [`${v.attribute} are [${v.values}]`, `${v.length} numbers`],
  'window.pads': (v: { pads: Numbers }) => [`pads are [${v.pads}]`, '4 numbers of at least 0: top, left, bottom, right'],
  'window.kernel': (v: { kernel: Numbers }) => [`kernel_shape is [${v.kernel}]`, '2 numbers of at least 1'],
  'window.large': (v: { window: Numbers; input: Numbers; pads: Numbers }) => [
    `a window of ${v.window.join('x')} does not fit into ${v.input.join('x')} with the pads [${v.pads}]`,
    'a kernel no larger than the padded input',
  ],
  'window.in-padding': (v: { kernel: Numbers }) => [
    `a window of ${v.kernel.join('x')} lies wholly in the padding`,
    'padding smaller than the kernel',
  ],
  'pool.axes': (v: { shape: Shape }) => [
    `pooling of ${formatShape(v.shape)} has ${v.shape.length - 2} spatial axes`,
    '2, or a window of any number of axes',
  ],
  'pool.no-kernel': () => ['attribute kernel_shape is absent', '2 numbers of at least 1'],
  'pool.no-plane': (v: { shape: Shape }) => [`an input of ${formatShape(v.shape)} has no spatial axes`, 'NxCxHxW'],
  'concat.shapes': (v: { first: Shape; next: Shape; axis: number; batch: number }) => [
    `shapes ${formatShape(v.first)} and ${formatShape(v.next)} do not join along axis ${v.axis}`,
    `all other sizes equal${v.batch > 1 ? `; the model was exported with batch ${v.batch}, try batch 1` : ''}`,
  ],
  'depth-to-space.channels': (v: { channels: number; block: number }) => [
    `${v.channels} channels into blocks of ${v.block}x${v.block}`,
    `a multiple of ${v.block * v.block}`,
  ],
  'depth-to-space.planes': (v: { rows: number; columns: number; block: number }) => [
    `planes of ${v.rows}x${v.columns} in blocks of ${v.block}x${v.block}`,
    `multiples of ${v.block}`,
  ],
  'depth-to-space.shape': (v: { shape: Shape }) => [
    `an input of shape ${formatShape(v.shape)}`,
    'four axes: batch, channels, rows, columns',
  ],
  'depth-to-space.block': (v: { block: number }) => [`blocksize is ${v.block}`, 'at least 1'],
  'pad.nothing-left': (v: { pads: Numbers; shape: Shape }) => [
    `pads ${v.pads.join(',')} leave nothing of ${formatShape(v.shape)}`,
    'an element or more along every axis',
  ],
  'pad.large': (v: { mode: string; size: number; most: number }) => [`mode ${v.mode} makes an axis of ${v.size}`, `at most ${v.most}`],
  'pad.too-many': (v: { mode: string; size: number; pads: number; most: number }) => [
    `mode ${v.mode} pads an axis of ${v.size} by ${v.pads}`,
    `at most ${v.most}`,
  ],
  'pad.absent': () => ['pads are absent', 'begins, then ends'],
  'pad.count': (v: { pads: number; axes: number }) => [`${v.pads} pads for ${v.axes} axes`, `${2 * v.axes}, begins, then ends`],
  'pad.value-elements': (v: { elements: number }) => [`a padding value of ${v.elements} elements`, 'a scalar'],
  'pad.value-nan': () => ['the padding value is NaN', 'a number'],
  'slice.bounds': (v: { starts: Numbers | null; ends: Numbers | null }) => [
    `starts ${v.starts ?? 'missing'} and ends ${v.ends ?? 'missing'}`,
    'as many ends as starts',
  ],
  'slice.steps': (v: { starts: Numbers; axes: Numbers; steps: Numbers }) => [
    `starts ${v.starts}, axes ${v.axes} and steps ${v.steps}`,
    'as many of each, and no step 0',
  ],
  'split.sizes': (v: { size: number; sizes: Numbers; outputs: number }) => [
    `splits ${v.size} into ${v.sizes.join(' + ')} for ${v.outputs} outputs`,
    'a size an output, together the axis',
  ],
  'split.parts': (v: { size: number; parts: number; outputs: number; equal: boolean }) => [
    `splits ${v.size} into ${v.parts} parts for ${v.outputs} outputs`,
    v.equal ? 'equal parts' : 'a part an output, of which only the last may be smaller',
  ],
  'gather-nd.indices': (v: { shape: Shape; indices: Shape; batchDims: number; batch: number }) => [
    `indices of ${formatShape(v.indices)} with batch_dims ${v.batchDims} into ${formatShape(v.shape)}`,
    `rows with a place for each of the first axes, behind batch_dims axes of equal sizes${v.batch > 1 ? `; the model was exported with batch ${v.batch}, try batch 1` : ''}`,
  ],
  'gather-elements.indices': (v: { shape: Shape; indices: Shape; axis: number; batch: number }) => [
    `indices of ${formatShape(v.indices)} along axis ${v.axis} of ${formatShape(v.shape)}`,
    `as many axes, and no other one longer${v.batch > 1 ? `; the model was exported with batch ${v.batch}, try batch 1` : ''}`,
  ],
  'grid-sample.shapes': (v: { shape: Shape; grid: Shape }) => [
    `a grid of ${formatShape(v.grid)} for ${formatShape(v.shape)}`,
    'planes [batch, channels, rows, columns] and a grid [batch, rows, columns, 2], or volumes and a grid with 3 numbers',
  ],
  'grid-sample.numbers': (v: { numbers: number; most: number }) => [
    `samples planes from ${v.numbers} numbers, weights of all pixels for each pixel that is written`,
    `at most ${v.most}; a smaller picture, by --size, where the network takes one`,
  ],
  'deform-conv.shapes': (v: { shape: Shape; weights: Shape; offsets: Shape; mask: Numbers; group: number; parts: number }) => [
    `weights ${formatShape(v.weights)} and offsets ${formatShape(v.offsets)}${v.mask.length > 0 ? `, mask ${v.mask.join('x')}` : ''} for ${formatShape(v.shape)} with group ${v.group}, offset_group ${v.parts}`,
    'planes [batch, channels, rows, columns], two offsets for every element of the window at each of its places, and one factor of a mask',
  ],
  'max-places.elements': (v: { elements: number; most: number }) => [
    `places among ${v.elements} elements, which float32 does not tell apart`,
    `at most ${v.most}`,
  ],
  'max-unpool.shapes': (v: { shape: Shape; places: Shape; kernel: Numbers; sizes: Numbers }) => [
    `lays ${formatShape(v.shape)} at places ${formatShape(v.places)} of windows of [${v.kernel}] in planes of [${v.sizes}]`,
    'a place for each element, windows that do not overlap, and planes that hold them',
  ],
  'det.matrices': (v: { shape: Shape; most: number }) => [
    `determinants of ${formatShape(v.shape)}`,
    `square matrices of at most ${v.most} rows`,
  ],
  'affine-grid.size': (v: { theta: Shape; size: Numbers; most: number }) => [
    `theta of ${formatShape(v.theta)} for a grid of [${v.size}]`,
    `[batch, 2, 3] for planes, [batch, 3, 4] for volumes, at most ${v.most} pixels`,
  ],
  'col2im.blocks': (v: { shape: Shape; image: Numbers; block: Numbers; strides: Numbers; dilations: Numbers; pads: Numbers }) => [
    `blocks of ${v.block.join('x')} of an image of ${v.image.join('x')} with strides [${v.strides}], dilations [${v.dilations}], pads [${v.pads}] in ${formatShape(v.shape)}`,
    'batch, channels times elements of a block, and as many columns as blocks fit',
  ],
  'tile.repeats': (v: { repeats: Numbers; shape: Shape }) => [
    `repeats [${v.repeats}] for shape ${formatShape(v.shape)}`,
    'one of at least 0 an axis',
  ],
  'reshape.rank': (v: { axes: number }) => [`a target shape of ${v.axes} axes`, 'a list of sizes'],
  'reshape.target': (v: { target: Numbers }) => [`target shape [${v.target}]`, 'sizes, 0, and at most one -1'],
  'reshape.elements': (v: { target: Numbers; elements: number; shape: Shape }) => [
    `target shape [${v.target}] does not hold the ${v.elements} elements of ${formatShape(v.shape)}`,
    'as many elements; a batch size may only stand first',
  ],
  'reshape.copied-axis': (v: { target: Numbers; axis: number; shape: Shape }) => [
    `target shape [${v.target}] copies axis ${v.axis} of ${formatShape(v.shape)}`,
    'an axis that the input has',
  ],
  'normalization.spatial': () => ['spatial=0, statistics for every element', 'spatial=1'],
  'normalization.parameter': (v: { parameter: string; found: Shape; channels: number; shape: Shape }) => [
    `${v.parameter} of shape ${formatShape(v.found)}`,
    `the ${v.channels} channels of ${formatShape(v.shape)}`,
  ],
  'normalization.elements': (v: { parameter: string; elements: number; wanted: number }) => [
    `${v.parameter} of ${v.elements} elements`,
    `${v.wanted}`,
  ],
  'normalization.variance': (v: { variance: number; epsilon: number }) => [
    `a variance of ${v.variance} with epsilon ${v.epsilon}`,
    'a positive sum',
  ],
  'normalization.groups': (v: { groups: number; channels: number }) => [
    `num_groups ${v.groups} of ${v.channels} channels`,
    'a divisor of them',
  ],
  'lrn.size': (v: { size: number }) => [`a window of ${v.size} channels`, 'at least 1'],
  'lrn.bias': (v: { bias: number }) => [`bias is ${v.bias}`, 'above 0: it keeps the divisor away from 0'],
  'einsum.equation': (v: { equation: string }) => [`the equation "${v.equation}"`, 'labels of axes, as in "bij,bjk->bik"'],
  'einsum.operands': (v: { equation: string; operands: number }) => [
    `the equation "${v.equation}" of ${v.operands} operands`,
    'a product of two operands',
  ],
  'einsum.sizes': (v: { equation: string; label: string; sizes: Numbers }) => [
    `the equation "${v.equation}" gives "${v.label}" the sizes ${v.sizes.join(' and ')}`,
    'one size a label',
  ],
  'einsum.unknown-label': (v: { equation: string; label: string }) => [
    `the equation "${v.equation}" makes an axis "${v.label}" of nothing`,
    'a label of an operand',
  ],
  'einsum.ellipsis': (v: { equation: string }) => [
    `the equation "${v.equation}" sums over the axes of an ellipsis`,
    'an ellipsis in the output',
  ],
  'einsum.labels': (v: { equation: string; labels: string; axes: number }) => [
    `the equation "${v.equation}" has the labels "${v.labels}" for ${v.axes} axes`,
    'a label an axis, and at most one ellipsis',
  ],
  'einsum.diagonal': (v: { equation: string; label: string; labels: string }) => [
    `the equation "${v.equation}" takes a diagonal: "${v.label}" stands twice in "${v.labels}"`,
    'each label once an operand',
  ],
  'einsum.sum': (v: { equation: string; label: string }) => [
    `the equation "${v.equation}" sums "${v.label}" of one operand`,
    'a label of both operands, or of the output',
  ],
  'gemm.shapes': (v: { a: Shape; b: Shape; transA: number; transB: number }) => [
    `${formatShape(v.a)} times ${formatShape(v.b)} with transA ${v.transA}, transB ${v.transB} do not fit`,
    'two matrices, as many columns on the left as rows on the right',
  ],
  'gemm.c': (v: { c: Shape; shape: Shape }) => [
    `C of ${formatShape(v.c)} does not stretch to ${formatShape(v.shape)}`,
    'sizes, from the last axis on, equal or 1',
  ],
  'matmul.shapes': (v: { a: Shape; b: Shape }) => [
    `${formatShape(v.a)} times ${formatShape(v.b)} do not fit`,
    'as many columns on the left as rows on the right, and batch axes that are equal or 1',
  ],
  'resize.roi': (v: { roi: Numbers; axes: number }) => [`roi [${v.roi}] for ${v.axes} axes`, `${2 * v.axes} numbers, starts, then ends`],
  'attention.heads': (v: { shape: Shape; heads: number }) => [
    `${v.heads} heads of ${formatShape(v.shape)}`,
    'batch, length and a multiple of the heads, or four axes',
  ],
  'attention.shapes': (v: { q: Shape; k: Shape; v: Shape }) => [
    `queries ${formatShape(v.q)}, keys ${formatShape(v.k)} and values ${formatShape(v.v)} do not fit`,
    'as many keys as values, and heads of queries a multiple of theirs',
  ],
  'attention.mask': (v: { shape: Shape; batch: number; queries: number; keys: number }) => [
    `a mask of ${formatShape(v.shape)}`,
    `[${v.batch}, ${v.keys}] or [${v.batch}, ${v.queries}, ${v.keys}]`,
  ],
  'attention.past': () => ['goes on from earlier steps, or turns by positions', 'attention of one image'],
  'recurrent.activations': (v: { names: readonly string[]; wanted: number }) => [
    `activations are ${v.names.join(', ')}`,
    `${v.wanted} names`,
  ],
  'recurrent.weights': (v: { x: Shape; w: Shape; r: Shape; directions: number; gates: number }) => [
    `weights ${formatShape(v.w)} and ${formatShape(v.r)} for a sequence ${formatShape(v.x)}`,
    `[${v.directions}, ${v.gates} x hidden, input] and [${v.directions}, ${v.gates} x hidden, hidden]`,
  ],
  'dft.length': (v: { length: number; size: number; most: number }) => [
    `transforms ${v.size} numbers to the length ${v.length}`,
    `whole numbers from 1 to ${v.most}`,
  ],
  'dft.numbers': (v: { shape: Shape; axis: number }) => [
    `transforms axis ${v.axis} of ${formatShape(v.shape)}`,
    'another axis than the last, which holds real numbers, or their real and imaginary parts',
  ],
  'recurrent.lengths': (v: { lengths: number; sequences: number }) => [
    `${v.lengths} lengths for ${v.sequences} sequences`,
    'a length each',
  ],
  'resize.targets': (v: { scales: Numbers; sizes: Numbers; axes: number; shape: Shape }) => [
    `scales [${v.scales}] and sizes [${v.sizes}] for ${v.axes} axes of ${formatShape(v.shape)}`,
    'one of the two, a positive number an axis',
  ],
  'resize.size': (v: { axis: number; size: number; most: number }) => [`makes axis ${v.axis} one of ${v.size}`, `1 to ${v.most}`],
  'ml.per-feature': (v: { attribute: string; numbers: number; features: number }) => [
    `${v.attribute} has ${v.numbers} numbers for ${v.features} features`,
    'one number, or one for each feature',
  ],
  'ml.linear': (v: { shape: Shape; coefficients: number; intercepts: number }) => [
    `${v.coefficients} coefficients and ${v.intercepts} intercepts for features of shape ${formatShape(v.shape)}`,
    'a row of coefficients for each class, as long as the row of features, and an intercept',
  ],
} as const satisfies Table;
