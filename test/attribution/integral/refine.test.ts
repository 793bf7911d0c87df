import { describe, expect, test } from 'vitest';
import { attributeTasks, type MethodOptions } from '../../../src/attribution/tasks.js';
import { CpuExecutor } from '../../../src/cpu/cpu_executor.js';
import { hinges, kinkedModel, sums } from '../../support/piecewise_networks.js';

/** An executor that writes down how many points each request evaluates. */
function counting(executor: CpuExecutor): { readonly executor: CpuExecutor; readonly points: number[] } {
  const points: number[] = [];
  const pathGradient = executor.pathGradient.bind(executor);
  executor.pathGradient = (request, options) => {
    points.push(request.count * request.alphas.length);
    return pathGradient(request, options);
  };
  return { executor, points };
}

const image = Float32Array.from({ length: 16 }, (_, i) => i);
const task = { image, baseline: new Float32Array(16), target: 0 };

async function explain(executor: CpuExecutor, options: Partial<MethodOptions>, tasks = [task]) {
  return (await attributeTasks(executor, tasks, { method: 'ig', steps: 'auto', ...options })).attributions;
}

describe('automatic steps', () => {
  test.each(['midpoint', 'left', 'right', 'trapezoid'] as const)(
    '%s: every point is evaluated once, and the result is that of the rule',
    async (rule) => {
      const { executor, points } = counting(new CpuExecutor(sums));
      const [auto] = await explain(executor, { rule, tolerance: 0.02 });
      expect(auto!.auto).toMatchObject({ tolerance: 0.02, met: true });
      expect(auto!.auto!.estimate).toBeLessThanOrEqual(0.02);
      expect(points.reduce((sum, count) => sum + count)).toBe(auto!.steps);
      const [plain] = await explain(executor, { rule, steps: auto!.steps });
      // The same sums in another order in float64, then rounded to float32: they may differ in its last place.
      auto!.values.forEach((value, i) => {
        expect(Math.abs(value - plain!.values[i]!)).toBeLessThanOrEqual(2 ** -23 * Math.abs(value));
      });
    },
  );

  test('of a linear network the first look is enough, and the estimate is 0 but for rounding', async () => {
    const flat = { image: Float32Array.of(3, 2), baseline: Float32Array.of(2, 2), target: 0 };
    const [result] = await explain(new CpuExecutor(hinges), {}, [flat]);
    expect(result).toMatchObject({ steps: 48, auto: { met: true } });
    // 48 weights that sum to 1 in float64.
    expect(result!.auto!.estimate).toBeLessThan(48 * 2 ** -52);
  });

  test('images of one batch stop when each is good enough', async () => {
    const { executor, points } = counting(new CpuExecutor(sums));
    const [hard, easy] = await explain(executor, { tolerance: 0.01 }, [task, { ...task, baseline: image }]);
    expect(easy!.steps).toBe(48);
    expect(hard!.steps).toBeGreaterThan(48);
    expect(points.slice(0, 3)).toEqual([32, 64, 96]);
  });

  test('a tolerance that the bound on steps does not allow is not met, and the finest map is returned', async () => {
    const [result] = await explain(new CpuExecutor(sums), { tolerance: 1e-6, maxSteps: 500 });
    // 16, 48, 144, 432; 1,296 would be too many.
    expect(result).toMatchObject({ steps: 432, auto: { tolerance: 1e-6, met: false } });
    expect(result!.auto!.estimate).toBeGreaterThan(1e-6);
  });

  test('an estimate falls no faster than 1/n, where a refinement happens to move nothing', async () => {
    // relu(x - 1) from 0 to 3 bends at 1/3. Of 16 midpoints 11 lie beyond it, of 48 exactly two thirds, and so on: the map moves by 1/48 of 2/3,
    // and then not at all. So the estimate is 1/32, and a third of the one before with 144 and with 432 steps.
    const bent = { image: Float32Array.of(3, 0.5), baseline: new Float32Array(2), target: 0 };
    const [result] = await explain(new CpuExecutor(hinges), { tolerance: 0.005 }, [bent]);
    expect(result).toMatchObject({ steps: 432, auto: { met: true } });
    expect(result!.auto!.estimate).toBeCloseTo(1 / 32 / 9, 12);
  });

  test('on a smooth network, too', async () => {
    const smooth = { image: Float32Array.of(4, 1), baseline: Float32Array.of(-3, 0), target: 0 };
    const [result] = await explain(new CpuExecutor(kinkedModel('Sigmoid')), { tolerance: 1e-3 }, [smooth]);
    expect(result!.auto!.met).toBe(true);
    // Only x0 moves this output: the integral is s(4) - s(-3), known to a thousandth.
    const difference = 1 / (1 + Math.exp(-4)) - 1 / (1 + Math.exp(3));
    expect(Math.abs(result!.values[0]! - difference)).toBeLessThan(1e-3 * difference);
  });
});

describe('what is refused', () => {
  test.each<[Partial<MethodOptions>, string]>([
    [{ rule: 'gauss-legendre' }, 'steps auto with the rule gauss-legendre (one of midpoint, left, right, trapezoid)'],
    [{ rule: 'captum-trapezoid' }, 'steps auto with the rule captum-trapezoid'],
    [{ tolerance: 0 }, 'a tolerance of 0 (a number between 0 and 1)'],
    [{ maxSteps: 20 }, 'at most 20 steps (48 or more)'],
    [{ steps: 64, tolerance: 0.1 }, 'a tolerance of 0.1 with 64 steps (steps auto)'],
  ])('%o', async (options, message) => {
    await expect(explain(new CpuExecutor(sums), options)).rejects.toThrow(message);
  });
});
