import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { attribute } from '../../src/api/attribute.js';
import type { Session } from '../../src/api/session.js';
import { ReferencePasses, valueIn } from '../../src/cpu/passes.js';
import { PathlightError } from '../../src/errors.js';
import { withOutput } from '../../src/graph/passes/head.js';
import { arrayShapeOf, readBytes, readInput } from '../../src/node/input.js';
import { readModel, useDevice } from '../../src/node/model.js';
import { itemAt } from '../../src/tensor/items.js';
import { readNpy } from '../../src/tensor/npy.js';
import { relativeDistance } from '../support/case_graph.js';
import { type Expected, readExpected } from './cases.js';
import { BOUNDS, type Device, type Outcome } from './results.js';

const STEPS = 8;

/** What is measured of a case, and the opset of a file that loads. */
export interface Answer {
  readonly outcome: Outcome;
  readonly opset: number | null;
}

/** Loads a case and compares it with what its exporter's framework computed; the integrals where they are there and fit into so many seconds. */
export async function measureCase(folder: string, device: Device, seconds: number): Promise<Answer> {
  let opset: number | null = null;
  try {
    const started = performance.now();
    const input = join(folder, 'x.npy');
    const shape = await arrayShapeOf([input]);
    // As a folder, for what Hugging Face lays beside the file.
    const { session } = await readModel(folder, shape === undefined ? {} : { inputShape: shape });
    opset = session.info.opset;
    const { data: image } = await readInput(input, session.preprocessing);
    const expected = readExpected(folder);
    const gradient = readNpy(await readBytes(join(folder, 'gradient.npy'))).data;
    const placed = await useDevice(session, device);
    try {
      const task = { target: expected.target, output: 'raw' } as const;
      const [found] = await attribute(placed.session, image, { ...task, method: 'saliency' });
      const errors = { forward: relativeDistance(found.outputs, expected.scores), gradient: relativeDistance(found.values, gradient) };
      const spent = (performance.now() - started) / 1000;
      const integralsToo = existsSync(join(folder, 'integrals.npy')) && (STEPS + 1) * spent < seconds;
      const integrals = integralsToo ? readNpy(await readBytes(join(folder, 'integrals.npy'))).data : undefined;
      const [path] = integrals ? await attribute(placed.session, image, { ...task, method: 'ig', steps: STEPS, baseline: 'zero' }) : [];
      const differs = errors.gradient > BOUNDS[device] && errors.forward <= BOUNDS[device];
      const near = differs && isGradientOfFile(session, image, expected, found.values, gradient);
      const outcome = {
        ...errors,
        ...(integrals && path && { integrals: relativeDistance(path.values, integrals) }),
        ...(near && ({ nearKink: true } as const)),
        seconds: Math.round((performance.now() - started) / 100) / 10,
      };
      return { opset, outcome };
    } finally {
      await placed.close();
    }
  } catch (error) {
    const line = error instanceof Error ? error.message : String(error);
    const stopped = error instanceof PathlightError ? 'refused' : 'crashed';
    return { opset, outcome: { stopped, line: line.split('\n')[0]?.replaceAll(`${folder}/`, '') ?? '' } };
  }
}

/**
 * Whether a gradient is right although another was expected: along the line on which the two differ most, the outputs of the file, in float64,
 * change as this one says, on one side of the image at least. The other one is then from beyond a kink that is next to the image.
 */
function isGradientOfFile(
  session: Session,
  image: Float32Array,
  { target }: Expected,
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
): boolean {
  const passes = new ReferencePasses(withOutput(session.graph, 'raw'));
  const at = (values: Float64Array) => itemAt(valueIn(passes.forward(values), passes.graph.output.name), target);
  const difference = Float64Array.from(expected, (value, i) => value - itemAt(found, i));
  const length = Math.sqrt(difference.reduce((sum, value) => sum + value ** 2, 0));
  const slope = difference.reduce((sum, value, i) => sum + value * itemAt(found, i), 0) / length;
  const start = Float64Array.from(image);
  const output = at(start);
  return [1e-3, 1e-4, 1e-5, 1e-6, 1e-7].some((step) =>
    [-step, step].some((signed) => {
      const moved = at(start.map((value, i) => value + (signed * itemAt(difference, i)) / length));
      return Math.abs((moved - output) / signed - slope) < length / 10;
    }),
  );
}
