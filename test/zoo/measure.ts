import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { attribute } from '../../src/api/attribute.js';
import { relativeDistance } from '../../src/doctor/case_graph.js';
import { PathlightError } from '../../src/errors.js';
import { arrayShapeOf, readBytes, readInput } from '../../src/node/input.js';
import { readModel, useDevice } from '../../src/node/model.js';
import { readNpy } from '../../src/tensor/npy.js';
import { readExpected, readFloat32, readScoresOfFile } from './cases.js';
import { Kinks, STEPS } from './kinks.js';
import { BOUNDS, type Device, type Errors, isWithin, KINDS, type Outcome, type Range, type Ranges } from './results.js';

/** Loads a case and compares it with what its exporter's framework computed; the integrals where they are there and fit into a quarter of the seconds. */
export async function measureCase(folder: string, device: Device, seconds: number): Promise<Outcome> {
  try {
    const started = performance.now();
    const input = join(folder, 'x.npy');
    const shape = await arrayShapeOf([input]);
    // As a folder, for what Hugging Face lays beside the file.
    const { session } = await readModel(folder, shape === undefined ? {} : { inputShape: shape });
    const { data: image } = await readInput(input, session.preprocessing);
    const expected = readExpected(folder);
    const arrayOf = async (name: string) => {
      const path = join(folder, name);
      return existsSync(path) ? readNpy(await readBytes(path)).data : undefined;
    };
    const gradient = await arrayOf('gradient.npy');
    const placed = await useDevice(session, device);
    try {
      const task = { target: expected.target, output: 'raw' } as const;
      const [found] = await attribute(placed.session, image, { ...task, method: 'saliency' });
      const forward = relativeDistance(found.outputs, expected.scores);
      const gradientError = gradient && relativeDistance(found.values, gradient);
      const spent = (performance.now() - started) / 1000;
      const integrals = 4 * (STEPS + 1) * spent < seconds ? await arrayOf('integrals.npy') : undefined;
      const [path] = integrals ? await attribute(placed.session, image, { ...task, method: 'ig', steps: STEPS, baseline: 'zero' }) : [];
      const integralsError = integrals && path && relativeDistance(path.values, integrals);
      const bound = BOUNDS[device];
      const { adapter } = await placed.session.executor('raw');
      const judge = new Kinks(session, image, expected.target);
      const judgement =
        gradient !== undefined && (gradientError ?? 0) > bound
          ? judge.judgeGradient(found.values, gradient)
          : integrals !== undefined && path !== undefined && (integralsError ?? 0) > bound
            ? judge.judgeIntegrals(path.values, integrals)
            : undefined;
      const errors = {
        forward,
        ...(gradientError !== undefined && { gradient: gradientError }),
        ...(integralsError !== undefined && { integrals: integralsError }),
      };
      const scoresOfFile = isWithin(errors, bound) ? undefined : readScoresOfFile(folder);
      const [ownGradient, ownIntegrals] = [await arrayOf('file_gradient.npy'), await arrayOf('file_integrals.npy')];
      const file = scoresOfFile && {
        forward: relativeDistance(found.outputs, scoresOfFile),
        ...(gradientError !== undefined && ownGradient && { gradient: relativeDistance(found.values, ownGradient) }),
        ...(path && ownIntegrals && { integrals: relativeDistance(path.values, ownIntegrals) }),
      };
      const float32 = device !== 'cpu' && file && !isWithin(file, bound) ? rangesOf(readFloat32(folder)) : undefined;
      return {
        ...errors,
        ...(file && { file }),
        ...(float32 && { float32 }),
        ...(forward <= bound && judgement && { judgement }),
        ...(adapter.includes('llvmpipe') && { adapter: 'lavapipe' as const }),
        seconds: Math.round((performance.now() - started) / 100) / 10,
      };
    } finally {
      await placed.close();
    }
  } catch (error) {
    const line = error instanceof Error ? error.message : String(error);
    const stopped = error instanceof PathlightError ? 'refused' : 'crashed';
    return { stopped, line: lineOf(line, folder) };
  }
}

/** The least and the most error of each kind. Not all draws have integrals. */
function rangesOf(draws: readonly Partial<Errors>[] | undefined): Ranges | undefined {
  if (draws === undefined) return undefined;
  const ranges = KINDS.map((kind) => {
    const errors = draws.flatMap((draw) => draw[kind] ?? []);
    return [kind, { least: Math.min(...errors), most: Math.max(...errors) }] as const;
  });
  return Object.fromEntries(ranges) as Record<keyof Errors, Range>;
}

/** The first line of an error, without the folder and the list of all operators. */
function lineOf(message: string, folder: string): string {
  return (message.split('\n')[0] ?? '').replaceAll(`${folder}/`, '').replace(/ \(supported: .*/, '');
}
