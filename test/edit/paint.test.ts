import { describe, expect, test } from 'vitest';
import { applyPaint, changedPixels, changingPatches, coverPaint, flipPaint, patchScores, signPaint } from '../../src/edit/paint.js';
import type { RepairProblem } from '../../src/edit/problem.js';
import { pixelPatches } from '../../src/tensor/pixels.js';
import { greyProblem } from '../support/repair_problem.js';

/** Two pixels of three channels with ranges of their own, as after subtracting a mean and dividing by a standard deviation. */
function colourProblem(layout: 'nchw' | 'nhwc'): RepairProblem {
  const planar = [0, 1, -1, 3, 2, 4]; // channel 0: 0 1, channel 1: -1 3, channel 2: 2 4
  const interleaved = [0, -1, 2, 1, 3, 4];
  return {
    image: Float32Array.from(layout === 'nchw' ? planar : interleaved),
    pixels: { pixels: 2, channels: 3, layout },
    patches: pixelPatches(2),
    range: { black: Float32Array.of(0, -1, 2), white: Float32Array.of(1, 3, 4) },
    background: Float32Array.of(0.25, 0, 3),
    target: 0,
  };
}

describe('flipPaint', () => {
  test('gives every channel black + white - x', () => {
    expect([...flipPaint(greyProblem([0, 1, 0.25], 0)).colours]).toEqual([1, 0, 0.75]);
    expect([...flipPaint(colourProblem('nchw')).colours]).toEqual([1, 0, 3, -1, 4, 2]);
    expect([...flipPaint(colourProblem('nhwc')).colours]).toEqual([1, 3, 4, 0, -1, 2]);
  });

  test('leaves pixels alone that would change by less than half an 8-bit step', () => {
    // The opposite of 0.5 + d is 0.5 - d: a change of 2 d. Half a step is 1/510.
    const paint = flipPaint(greyProblem([0.5, 0.5 + 0.9 / 1020, 0.5 + 1.1 / 1020], 0));
    expect([...paint.changes]).toEqual([0, 0, 1]);
    expect(paint.colours[1]).toBe(Math.fround(0.5 + 0.9 / 1020));
    expect([...changingPatches(paint)]).toEqual([2]);
  });
});

describe('signPaint', () => {
  test('positive becomes white, negative the background, 0 stays', () => {
    const paint = signPaint(greyProblem([0.5, 0.5, 0.5, 1, 0], 0), Float64Array.of(2, -1, 0, 3, -1));
    expect([...paint.colours]).toEqual([1, 0, 0.5, 1, 0]);
    expect([...paint.changes]).toEqual([1, 1, 0, 0, 0]);
  });

  test('white is a colour: with the range 1, 0 it is the smaller value', () => {
    const problem = { ...greyProblem([0.5, 0.5], 0), range: { black: Float32Array.of(1), white: Float32Array.of(0) } };
    expect([...signPaint(problem, Float64Array.of(2, -1)).colours]).toEqual([0, problem.background[0]]);
    expect([...flipPaint(problem).changes]).toEqual([0, 0]);
  });

  test.each(['nchw', 'nhwc'] as const)('paints all channels of a pixel together (%s)', (layout) => {
    const problem = colourProblem(layout);
    const paint = signPaint(problem, Float64Array.of(1, -1));
    const edited = applyPaint(problem, paint, Uint32Array.of(0, 1));
    expect([...edited]).toEqual(layout === 'nchw' ? [1, 0.25, 3, 0, 4, 3] : [1, 3, 4, 0.25, 0, 3]);
    const first = applyPaint(problem, paint, Uint32Array.of(0));
    expect([...first]).toEqual(layout === 'nchw' ? [1, 1, 3, 3, 4, 4] : [1, 3, 4, 1, 3, 4]);
  });
});

describe('patches of several pixels', () => {
  const patched = (image: number[]): RepairProblem => ({
    ...greyProblem(image, 0),
    patches: { labels: Uint32Array.of(0, 0, 1, 1, 2), count: 3 },
  });

  test('scores are summed over pixels and channels', () => {
    const map = Float32Array.of(1, 2, 10, 20, 100, 200);
    expect([...patchScores(map, { pixels: 2, channels: 3, layout: 'nchw' }, pixelPatches(2))]).toEqual([111, 222]);
    expect([...patchScores(map, { pixels: 2, channels: 3, layout: 'nhwc' }, pixelPatches(2))]).toEqual([13, 320]);
    expect([...patchScores(map, { pixels: 2, channels: 3, layout: 'nhwc' }, { labels: Uint32Array.of(0, 0), count: 1 })]).toEqual([333]);
    expect([...patchScores(Float32Array.of(1, 2, 3, 4, 5), patched([]).pixels, patched([]).patches)]).toEqual([3, 7, 5]);
  });

  test('the sign of a patch paints all of it, and a pixel that has the colour already is not counted', () => {
    const problem = patched([0.5, 1, 0, 0.5, 0]);
    const paint = signPaint(problem, Float64Array.of(1, -1, -1));
    expect([...paint.colours]).toEqual([1, 1, 0, 0, 0]);
    expect([...paint.changes]).toEqual([1, 1, 0]);
    expect([...changingPatches(paint)]).toEqual([0, 1]);
    expect([...changedPixels(problem, paint, Uint32Array.of(0, 1))]).toEqual([1, 0, 0, 1, 0]);
    expect([...applyPaint(problem, paint, Uint32Array.of(1))]).toEqual([0.5, 1, 0, 0, 0]);
  });

  test('a cover is taken pixel by pixel', () => {
    const problem = patched([0.5, 1, 0, 0.5, 0]);
    const paint = coverPaint(problem, Float32Array.of(0.1, 0.2, 0.3, 0.4, 0));
    expect([...paint.changes]).toEqual([1, 1, 0]);
    expect([...applyPaint(problem, paint, Uint32Array.of(0))].map((x) => x.toFixed(1))).toEqual(['0.1', '0.2', '0.0', '0.5', '0.0']);
  });
});
