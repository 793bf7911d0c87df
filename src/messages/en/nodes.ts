import type { Table } from '../message.js';
import { formatShape } from '../words.js';

type Shape = readonly number[];
type Numbers = readonly number[];

/** The rule of broadcasting. */
const STRETCHING = 'sizes, from the last axis on, equal or 1';

/** Errors in a node of a file, and in constants that are folded. NodeReader.error adds which node it is. */
export const nodes = {
  'node.attribute-type': (v: { attribute: string; type: string; wanted: string }) => [`attribute "${v.attribute}" is ${v.type}`, v.wanted],
  'node.attribute-missing': (v: { attribute: string }) => [`attribute "${v.attribute}" is missing`],
  'node.attribute-nan': (v: { attribute: string }) => [`attribute "${v.attribute}" is NaN`, 'a number'],
  'node.not-integer': (v: { attribute: string; value: number }) => [`${v.attribute} holds ${v.value}`, 'integers'],
  'node.input-missing': (v: { position: number }) => [`input ${v.position} is missing`],
  /** `most` is null where any number is right. */
  'node.input-count': (v: { inputs: number; least: number; most: number | null }) => [
    v.inputs === 1 ? '1 input' : `${v.inputs} inputs`,
    v.most === null ? `${v.least} or more` : v.least === v.most ? `${v.least}` : `${v.least} to ${v.most}`,
  ],
  'node.output-count': (v: { outputs: number; most: number }) => [
    v.outputs === 0 ? 'no output' : `${v.outputs} outputs`,
    v.most === 1 ? '1' : `1 to ${v.most}`,
  ],
  'node.input-computed': (v: { position: number; input: string }) => [
    `input ${v.position}, "${v.input}", is computed from the image`,
    'a constant',
  ],
  'node.further-output': (v: { position: number; output: string }) => [
    `its output ${v.position}, "${v.output}", is used`,
    'only output 0 is supported',
  ],
  'node.internal': () => ['is no operator of a file', 'it is made inside Pathlight'],
  /** An attribute that must be one of a few words or numbers. */
  'node.choice': (v: { attribute: string; value: string | number; choices: readonly (string | number)[] }) => [
    `${v.attribute} is ${v.value}`,
    v.choices.length === 1 ? `${v.choices[0]}` : `${v.choices.slice(0, -1).join(', ')} or ${v.choices.at(-1)}`,
  ],
  'node.known': (v: { attribute: string; value: string; known: readonly string[] }) => [`${v.attribute} is ${v.value}`, v.known.join(', ')],
  'node.least': (v: { attribute: string; value: number; least: number }) => [`${v.attribute} is ${v.value}`, `at least ${v.least}`],
  'node.pair': (v: { attribute: string; values: Numbers; least: number }) => [
    `${v.attribute} are [${v.values}]`,
    `2 numbers of at least ${v.least}`,
  ],
  'node.training': (v: { value: boolean | number }) => [
    typeof v.value === 'number' ? `training_mode=${v.value}, statistics of the batch` : `training_mode is ${v.value}`,
    'a model exported for inference',
  ],
  'node.input-shape': (v: { shape: Shape; needs: 'channels' | 'planes' }) => [
    `input of shape ${formatShape(v.shape)}`,
    v.needs === 'channels' ? 'a batch axis and a channel axis at least' : 'a batch axis, a channel axis and planes',
  ],
  'axes.rank': (v: { axes: number; most: number }) => [`${v.axes} axes`, `at most ${v.most}`],
  'axes.axis': (v: { axis: number; axes: number }) => [
    `axis ${v.axis} of ${v.axes} axes`,
    v.axes === 0 ? 'a scalar has none' : `${-v.axes} to ${v.axes - 1}`,
  ],
  'axes.twice': (v: { axes: Numbers }) => [`axes ${v.axes.join(',')} name an axis twice`, 'each once'],
  'axes.flatten': (v: { axis: number; axes: number }) => [`axis ${v.axis} of ${v.axes} axes`, `${-v.axes} to ${v.axes}`],
  'axes.squeeze': (v: { axis: number; shape: Shape; size: number }) => [
    `axis ${v.axis} of ${formatShape(v.shape)} has size ${v.size}`,
    'only axes of size 1 can be squeezed',
  ],
  'axes.unsqueeze': () => ['axes are absent', 'the places of the new axes'],
  'axes.permutation': (v: { perm: Numbers; axes: number }) => [`perm ${v.perm.join(',')} for ${v.axes} axes`, 'every axis once'],
  'broadcast.shapes': (v: { shapes: readonly Shape[] }) => [
    `shapes ${v.shapes.map(formatShape).join(' and ')} do not broadcast`,
    STRETCHING,
  ],
  /** `what`: an input's name in the operator's specification. */
  'broadcast.input': (v: { what: 'slope' | 'scale' | 'bias'; shape: Shape; to: Shape }) => [
    `${v.what} of shape ${formatShape(v.shape)} does not stretch to ${formatShape(v.to)}`,
    STRETCHING,
  ],
  'broadcast.expand': (v: { shape: Shape; to: Numbers }) => [`shape ${formatShape(v.shape)} does not stretch to [${v.to}]`, STRETCHING],
  'loop.long': (v: { most: number }) => [`more than ${v.most} iterations`, 'fewer'],
  'loop.condition': () => ['goes on by a condition that depends on the image', 'a constant number of iterations'],
  'scan.inputs': (v: { scanned: number; inputs: number }) => [
    `scans ${v.scanned} of ${v.inputs} inputs`,
    'at least one, and those of the body as the others',
  ],
  'scan.lengths': (v: { lengths: readonly number[] }) => [`scans inputs of lengths ${v.lengths.join(', ')}`, 'one length'],
  'loop.empty': () => ['joins values of no iteration', 'at least one'],
  'fold.no-number': (v: { attributes: readonly string[] }) => ['none of its attributes is a dense number', v.attributes.join(', ')],
  'fold.integer-not-finite': () => ['makes an integer that is not finite', 'no division by 0'],
  'fold.sizes': (v: { shape: Shape }) => [`makes a constant of shape ${formatShape(v.shape)}`, 'whole sizes of at least 0'],
  /** `spent`: what the nodes before it took. */
  'fold.operations': (v: { operations: number; spent: number; most: number }) => [
    `computes a constant in ${v.operations} operations, after ${v.spent} for others`,
    `at most ${v.most} for all constants of the file: store what they come to`,
  ],
  'fold.bytes': (v: { bytes: number; spent: number; most: number }) => [
    `makes a constant of ${v.bytes} bytes, after ${v.spent} for others`,
    `at most ${v.most} for all constants of the file that are computed`,
  ],
  'sequence.input': (v: { position: number; input: string }) => [
    `input ${v.position}, "${v.input}", is a sequence of tensors`,
    'a tensor, as SequenceAt takes one',
  ],
  'sequence.tensor': (v: { position: number; input: string }) => [
    `input ${v.position}, "${v.input}", is a tensor`,
    'a sequence of tensors',
  ],
  'sequence.long': (v: { size: number; parts: readonly number[]; most: number }) => [
    `splits ${v.size} into parts of ${v.parts.join(', ')}`,
    `sizes of at least 0, at most ${v.most} parts`,
  ],
  'fold.scatter': (v: { data: Shape; indices: Shape; updates: Shape }) => [
    `updates ${formatShape(v.updates)} at indices ${formatShape(v.indices)} of ${formatShape(v.data)}`,
    'an update for each index',
  ],
  'fold.one-number': (v: { position: number; shape: Shape }) => [`input ${v.position} of shape ${formatShape(v.shape)}`, 'one number'],
  'fold.index': (v: { index: number; size: number }) => [`index ${v.index} into an axis of ${v.size}`, `${-v.size} to ${v.size - 1}`],
  'cast.type': (v: { type: number }) => [`casts to data type ${v.type}`, 'floats, integers or booleans'],
  'quantise.zero-point-range': () => [
    'a zero point that is no integer of at most 16 bits, or computed from others',
    'integers of at most 16 bits',
  ],
  'quantise.type': (v: { type: string }) => [`quantises to ${v.type}`, 'integers of at most 16 bits'],
  'quantise.zero-point-type': () => ['a zero point that is no integer', 'integers of at most 16 bits'],
  'quantise.zero-points': (v: { zeroPoints: number; scales: number }) => [`${v.zeroPoints} zero points for ${v.scales} scales`, 'as many'],
  'quantise.scales': (v: { scales: number; axis: number; shape: Shape; size: number }) => [
    `${v.scales} scales for axis ${v.axis} of ${formatShape(v.shape)}`,
    `1 or ${v.size}`,
  ],
  'quantise.blocks': (v: { scales: Shape; block: number; shape: Shape; wanted: Shape }) => [
    `scales of shape ${formatShape(v.scales)} for blocks of ${v.block} of ${formatShape(v.shape)}`,
    formatShape(v.wanted),
  ],
  'quantise.blob': (v: { position: number; shape: Shape; elements: number }) => [
    `input ${v.position} of shape ${formatShape(v.shape)}`,
    `${v.elements} elements, as K, N, bits and block_size say`,
  ],
  'quantise.group-index': () => ['g_idx, blocks in an order of their own', 'blocks in order'],
} as const satisfies Table;
