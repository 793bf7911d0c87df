import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ReferencePasses, valueIn } from '../../../src/cpu/passes.js';
import { relativeDistance } from '../../../src/doctor/case_graph.js';
import { importModel } from '../../../src/onnx/import.js';
import { buildModel } from '../../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../../support/random.js';
import { imageOf } from '../../support/rewritten/case.js';
import { rewrittenCases } from '../../support/rewritten/index.js';

/** For each case the tool that computed its output in float32, and the output. */
const values: Readonly<Record<string, { readonly by: string; readonly y: readonly number[] }>> = JSON.parse(
  readFileSync(new URL('values.json', import.meta.url), 'utf8'),
);

/** Sums of at most some hundred terms, rounded to float32 (6e-8), through at most some dozen nodes. */
const TOLERANCE = 5e-6;

/** The step of central differences, and what their error of STEP^2 times a third derivative may be beside a slope of about 1. */
const STEP = 1e-4;
const SLOPE_TOLERANCE = 1e-5;

describe.each(rewrittenCases.map((c) => [c.name, c] as const))('%s', (name, rewritten) => {
  const read = () => {
    const { graph } = importModel(buildModel(rewritten.description));
    return { graph, passes: new ReferencePasses(graph), image: Float64Array.from(imageOf(rewritten)) };
  };

  test('has the value of another runtime', () => {
    const { graph, passes, image } = read();
    const y = valueIn(passes.forward(image), graph.output.name);
    expect(relativeDistance(y, values[name]?.y ?? [Number.NaN])).toBeLessThan(TOLERANCE);
    expect(y).toHaveLength(values[name]?.y.length ?? 0);
    expect(graph.output.name).toBe('y');
  });

  test('has a gradient that agrees with central differences', () => {
    const { graph, passes, image } = read();
    const outputOf = (moved: Float64Array) => valueIn(passes.forward(moved), graph.output.name);
    const seed = uniformArray(mulberry32(5), outputOf(image).length, -1, 1);
    const gradient = passes.backward(passes.forward(image), seed);
    const direction = uniformArray(mulberry32(6), image.length, -1, 1);
    const along = (step: number) =>
      outputOf(image.map((x, i) => x + step * (direction[i] ?? 0))).reduce((sum, y, k) => sum + y * (seed[k] ?? 0), 0);
    const difference = (along(STEP) - along(-STEP)) / (2 * STEP);
    const slope = gradient.reduce((sum, g, i) => sum + g * (direction[i] ?? 0), 0);
    expect(Math.abs(slope - difference)).toBeLessThan(SLOPE_TOLERANCE * Math.max(1, Math.abs(difference)));
    expect(gradient.some((g) => g !== 0)).toBe(true);
  });
});

test('the file of values names no case that is not there', () => {
  expect(Object.keys(values).sort()).toEqual(rewrittenCases.map(({ name }) => name).sort());
});
