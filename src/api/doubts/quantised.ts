import type { Numbers, RunOptions } from '../../executor.js';
import { checkArgument, type ImageValues, readOptions } from '../../tensor/arguments.js';
import { itemAt } from '../../tensor/items.js';
import { imageOf, RUN_KINDS } from '../arguments.js';
import { checkOutputs } from '../finite.js';
import type { Prediction, Session } from '../session.js';

/**
 * What a quantised model makes of an image with its own arithmetic, beside the float network that is explained in its place.
 *
 * @example const reading: QuantisedReading | null = await quantisedReading(session, image);
 */
export interface QuantisedReading {
  /** How many quantisers of values from the image the model has. */
  readonly quantisers: number;
  /** The class that the model reads with its own arithmetic. */
  readonly prediction: Prediction;
  /** Whether the float network reads the same class. */
  readonly agrees: boolean;
  /** The largest difference of an output of the model from that of the float network, in the unit of the outputs. */
  readonly largestDifference: number;
  /** The same as a share of the spread of the model's outputs, from the smallest to the largest; null where they are all the same. */
  readonly relativeDifference: number | null;
}

/**
 * Runs a quantised model with its own arithmetic, in float64 on the CPU: integers are exact, and quantisers round. `attribute` explains the float
 * network that such a model stands for, since rounding has no gradient. This says how far the two are from each other on one image.
 *
 * @param image [elements] in the model's input space.
 * @returns null for a model of floats.
 * @throws PathlightError for an image of the wrong size, and where an output is no finite number; the signal's reason when the signal is raised.
 * @example
 * const reading = await quantisedReading(session, image);
 * if (reading?.agrees === false) console.log(`the quantised model reads class ${reading.prediction.class}`);
 */
export async function quantisedReading(session: Session, image: ImageValues, options: RunOptions = {}): Promise<QuantisedReading | null> {
  checkArgument('session', session, 'session');
  const run = readOptions(options, RUN_KINDS);
  const { quantisers } = session.info;
  if (quantisers === 0) return null;
  const float = session.reference('raw');
  const values = imageOf(image, float.elements);
  const quantised = await session.quantisedReference(run.signal);
  const { outputs: floats } = await float.forward(values, 1, run);
  const own = await quantised.forward(values, 1, run);
  checkOutputs(own.outputs);
  const outputs = ofClasses(session, own.outputs);
  const prediction = session.predict(outputs, 'raw');
  const differences = Array.from(outputs, (output, k) => Math.abs(output - itemAt(floats, k)));
  const largestDifference = differences.reduce((largest, each) => Math.max(largest, each), 0);
  const [least, most] = outputs.reduce(([low, high], each) => [Math.min(low, each), Math.max(high, each)], [Infinity, -Infinity]);
  return {
    quantisers,
    prediction,
    agrees: session.predict(floats, 'raw').class === prediction.class,
    largestDifference,
    relativeDifference: most > least ? largestDifference / (most - least) : null,
  };
}

/** The outputs of all classes. A model of one number has two classes (src/graph/passes/two_classes.ts). */
function ofClasses(session: Session, outputs: Numbers): Float64Array {
  const classes = session.reference('raw').classes;
  if (outputs.length === classes) return Float64Array.from(outputs);
  const [one] = outputs;
  if (one === undefined || classes !== 2) throw new Error(`${outputs.length} outputs of the quantised model for ${classes} classes`);
  return Float64Array.of(session.opposite(one), one);
}
