import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { attribute } from '../../../src/api/attribute.js';
import type { Session } from '../../../src/api/session.js';
import { relativeDistance } from '../../../src/doctor/case_graph.js';
import { PathlightError } from '../../../src/errors.js';
import { arrayShapeOf, readBytes, readInput } from '../../../src/node/input.js';
import { type ReadModelOptions, readModel, useDevice } from '../../../src/node/model.js';
import { itemAt } from '../../../src/tensor/items.js';
import { readNpy } from '../../../src/tensor/npy.js';
import { readExpected } from '../cases.js';
import type { Device } from '../results.js';
import { type FaultCase, ON_PICTURE, type RightValues, reachCases, readRightValues, zooCases } from './cases.js';

/** What comes of a case on a device. */
export type FaultOutcome = FaultMeasured | { readonly line: string };

export interface FaultMeasured {
  readonly class: number;
  readonly probability: number;
  /** The model's output for the class that is read, and what it should be; of a quantised file, with its own arithmetic. */
  readonly value: number;
  readonly right: number;
  /** The relative distance of all outputs from the right ones; of a quantised file on the GPU, from those of its float network in float64. */
  readonly outputs: number;
  /** That of the gradient; absent where no other tool's is known. */
  readonly gradient?: number;
}

/** What a case is compared with. */
interface Reference {
  readonly session: Session;
  readonly image: Float32Array;
  readonly scores: readonly number[];
  readonly explained?: { readonly target: number; readonly gradient: ArrayLike<number> };
}

/** All cases of the folder of faults, with what comes of each on a device. */
export async function* measureFaults(folder: string, device: Device): AsyncGenerator<FaultCase & { readonly outcome: FaultOutcome }> {
  const values = readRightValues(folder);
  const cases = [...reachCases(folder), ON_PICTURE, ...zooCases(folder)];
  for (const each of cases) {
    yield { ...each, outcome: await outcomeOf(() => referenceOf(folder, each, values), device) };
  }
}

function referenceOf(folder: string, each: FaultCase, values: Readonly<Record<string, RightValues>>): Promise<Reference> {
  const path = join(folder, each.name);
  if (each.name.startsWith('zoo/')) return ofFolder(path);
  if (each.picture) return ofPicture(path, join(folder, each.picture.file), each.picture.probability);
  const known = values[each.name.slice('reach/'.length)];
  if (known === undefined) throw new Error(`${each.name} has no right values`);
  return ofRule(path, known, each.options);
}

/** With numbers by a rule: k / 17 in turns, or multiples of 7 as bytes. */
async function ofRule(path: string, { input, outputs }: RightValues, options: ReadModelOptions = {}): Promise<Reference> {
  const [, type, sizes = ''] = /^\w+ (\w+) \[([\d,]+)\]/.exec(input) ?? [];
  const shape = sizes.split(',').map(Number);
  const { session } = await readModel(path, { inputShape: shape, ...options });
  const elements = shape.reduce((product, size) => product * size, 1);
  const image = Float32Array.from({ length: elements }, (_, i) => (type === 'uint8' ? (7 * i) % 256 : (i % 17) / 17));
  const classes = session.reference('raw').classes;
  const rows = Object.values(outputs);
  const [one] = rows.length === 1 ? (rows[0] ?? []) : [];
  // A model of one number has two classes, of which the second is the number.
  const scores =
    session.binary && one !== undefined && rows[0]?.length === 1
      ? [session.opposite(one), one]
      : rows.find((row) => row.length === classes);
  if (scores === undefined) throw new Error(`${path}: no output of ${classes} numbers`);
  return { session, image, scores };
}

async function ofPicture(path: string, picture: string, probability: number): Promise<Reference> {
  const { session } = await readModel(path);
  const { data } = await readInput(picture, session.preprocessing);
  return { session, image: data, scores: [1 - probability, probability] };
}

/** A folder of cases (../README.md). */
async function ofFolder(path: string): Promise<Reference> {
  const input = join(path, 'x.npy');
  const inputShape = await arrayShapeOf([input]);
  const { session } = await readModel(path, inputShape === undefined ? {} : { inputShape });
  const { data } = await readInput(input, session.preprocessing);
  const { scores, target } = readExpected(path);
  const gradient = join(path, 'gradient.npy');
  const explained = existsSync(gradient) ? { target, gradient: readNpy(await readBytes(gradient)).data } : undefined;
  return { session, image: data, scores, ...(explained && { explained }) };
}

async function outcomeOf(referenceFor: () => Promise<Reference>, device: Device): Promise<FaultOutcome> {
  try {
    const { session, image, scores, explained } = await referenceFor();
    const placed = await useDevice(session, device);
    try {
      const target = explained?.target ?? 0;
      const [found] = await attribute(placed.session, image, { target, output: 'raw', method: 'saliency' });
      const isQuantised = session.info.quantisers > 0;
      const outputs = isQuantised ? await ownOutputs(session, image) : found.outputs;
      const { class: read, probability } = found.prediction;
      return {
        class: read,
        probability,
        value: itemAt(outputs, read),
        right: itemAt(scores, read),
        outputs:
          isQuantised && device !== 'cpu'
            ? relativeDistance(found.outputs, await floatOutputs(session, image))
            : relativeDistance(outputs, scores),
        ...(explained && { gradient: relativeDistance(found.values, explained.gradient) }),
      };
    } finally {
      await placed.close();
    }
  } catch (error) {
    if (!(error instanceof PathlightError)) throw error;
    return { line: error.message.replace(/^.*\/(?=[^/]*\.onnx)/, '') };
  }
}

/** The outputs of the float network that a quantised file stands for. */
async function floatOutputs(session: Session, image: Float32Array): Promise<ArrayLike<number>> {
  return (await session.reference('raw').forward(image, 1)).outputs;
}

/** The outputs of a quantised file with its own arithmetic. */
async function ownOutputs(session: Session, image: Float32Array): Promise<ArrayLike<number>> {
  const own = await session.quantisedReference();
  return (await own.forward(image, 1)).outputs;
}
