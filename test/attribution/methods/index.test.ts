import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { attribute } from '../../../src/api/attribute.js';
import { attributionRecord } from '../../../src/api/records.js';
import { createSession } from '../../../src/api/session.js';
import { gradientTimes } from '../../../src/attribution/maps.js';
import type { AttributionMethod, MethodOption } from '../../../src/attribution/method.js';
import { METHODS, methods } from '../../../src/attribution/methods/index.js';
import { addMethods, checkSteps, parseMethod } from '../../../src/cli/method_flags.js';
import { CpuExecutor } from '../../../src/cpu/cpu_executor.js';
import type { Executor } from '../../../src/executor.js';
import { networkOf } from '../../../src/graph/analysis/network.js';
import { importModel } from '../../../src/onnx/import.js';
import { buildModel } from '../../support/onnx_builder.js';
import { residualModel } from '../../support/residual_network.js';
import { transformerModel } from '../../support/small_transformer.js';
import { spaceOf } from '../../support/spaces.js';

describe('the table of methods', () => {
  test('names that people know stay, the default first', () => {
    expect(METHODS[0]).toBe('ig');
    const known = ['deeplift', 'saliency', 'input-x-gradient', 'expected-gradients', 'guided-ig', 'blur-ig', 'grad-cam', 'occlusion'];
    const sampling = ['layer-ig', 'xrai', 'conductance', 'activation-x-gradient', 'gradient-shap', 'rise', 'shapley', 'kernel-shap'];
    const activations = ['layer-cam', 'hires-cam', 'grad-cam++', 'eigen-cam', 'score-cam'];
    expect(METHODS).toEqual(expect.arrayContaining([...known, ...activations, ...sampling]));
    expect(METHODS).toEqual([...new Set(METHODS)]);
  });

  test('an option of several methods is one and the same', () => {
    const known = new Map<string, Omit<MethodOption, 'required'>>();
    for (const [name, option] of methods.flatMap(({ options }) => Object.entries<MethodOption>(options))) {
      // Only one of them may need it.
      const { required: _, ...means } = option;
      expect(known.get(name) ?? means, name).toEqual(means);
      known.set(name, means);
    }
  });

  const convolutional = { graph: importModel(buildModel(residualModel)).graph, space: spaceOf(6, 6, 2) };
  const halves36 = { labels: Uint32Array.from({ length: 36 }, (_, pixel) => Number(pixel >= 18)), count: 2 };
  const attending = { graph: importModel(buildModel(transformerModel('mean'))).graph, space: spaceOf(6, 4) };

  test.each(METHODS)('%s asks an executor for the requests that it names, and for all of them', async (name) => {
    const asked = new Set<string>();
    const method = methods.find((each) => each.name === name);
    const { graph, space } = ['rollout', 'gradient-x-attention', 'legrad'].includes(name) ? attending : convolutional;
    const executor = new CpuExecutor(graph);
    const { elements, classes } = executor;
    const image = Float32Array.from({ length: elements }, (_, i) => Math.sin(i));
    const seeds = Float32Array.from({ length: classes }, (_, c) => Number(c === 0));
    const paths = { count: 1, inputs: image, baselines: new Float32Array(elements), seeds };
    for (const steps of name === 'ig' ? ([2, 'exact'] as const) : [2]) {
      const context = { steps, space, network: networkOf(graph), cut: () => halves36, samples: 4, baselines: [image] };
      await method?.maps(noting(executor, asked), paths, context, {});
    }
    expect([...asked].sort()).toEqual([...(method?.needs.requests ?? [])].sort());
  });
});

/** An executor that notes the names of the requests that it gets. */
function noting(executor: Executor, asked: Set<string>): Executor {
  return new Proxy(executor, {
    get(target, name: keyof Executor) {
      const value = target[name];
      if (typeof value !== 'function') return value;
      asked.add(name);
      return value.bind(target);
    },
  });
}

test('layers are names with commas between them', () => {
  expect(parseMethod({ method: 'layer-cam', layers: 'relu, /stage 2/pool' }, methods).settings).toEqual({
    method: 'layer-cam',
    layers: ['relu', '/stage 2/pool'],
  });
});

// What a new method costs: its file and its line. Everything else below derives from them.
describe('a method that is planted in a copy of the table', () => {
  interface HalvesOptions {
    readonly halfLife?: number;
  }
  const halves: AttributionMethod<'halves', HalvesOptions, { readonly halfLife: number }> = {
    name: 'halves',
    title: 'Halves',
    path: 'points',
    baseline: 'own',
    options: { halfLife: { values: { kind: 'share', from: 'above 0' }, placeholder: 'h', help: 'how soon half is gone (default: 0.5)' } },
    needs: { requests: ['pathGradient'] },
    complete: true,
    summary: { when: 'never', gradients: '1', forwards: '2', sums: 'no' },
    words: ({ halfLife }) => [`half gone at ${halfLife}`],
    maps: async (executor, paths, { halfLife = 0.5 }, run) => {
      const made = await gradientTimes((x) => halfLife * x)(executor, paths, {}, run);
      return { ...made, accounts: made.accounts.map(({ steps }) => ({ steps, parameters: { halfLife } })) };
    },
  };
  const table = [...methods, halves];

  test('has its name and its flag in the help of the command line', () => {
    const help = addMethods(new Command(), table).configureHelp({ helpWidth: 1000 }).helpInformation();
    expect(help).toMatch(/--method <method> +ig, .*, halves /);
    expect(help).toMatch(/--half-life <h> +of halves: how soon half is gone \(default: 0.5\)\n/);
  });

  test('has its flag read, and checked', () => {
    const { method, settings } = parseMethod({ method: 'halves', halfLife: '0.25' }, table);
    expect(method).toBe(halves);
    expect(settings).toEqual({ method: 'halves', halfLife: 0.25 });
    expect(() => parseMethod({ method: 'halves', halfLife: '2' }, table)).toThrow('--half-life 2 (above 0 and at most 1)');
    expect(() => checkSteps(halves, settings, 'auto')).toThrow('--steps auto with --method halves (a number of steps)');
  });

  test('has its flag refused by other methods, and refuses theirs', () => {
    expect(() => parseMethod({ method: 'ig', halfLife: '0.25' }, table)).toThrow('--half-life 0.25 with --method ig (--method halves)');
    expect(() => parseMethod({ method: 'halves', window: '4' }, table)).toThrow('--window 4 with --method halves (--method occlusion)');
    expect(() => parseMethod({ method: 'halves' }, methods)).toThrow(`--method halves (one of ${METHODS.join(', ')})`);
  });

  test('has its place in the record', async () => {
    const session = await createSession(readFileSync('models/digits-naive.onnx'));
    const image = new Float32Array(784).fill(0.5);
    const [result] = await attribute(session, image, { method: 'saliency', target: 1 });
    if (result === undefined) throw new Error('no result');
    const parameters: object = { halfLife: 0.25 };
    const request = {
      model: 'm',
      input: 'i',
      image,
      device: { kind: 'cpu', adapter: 'a' },
      output: 'raw',
      total: 1,
      quantised: null,
    } as const;
    const record = attributionRecord(
      session,
      { ...result, steps: 7, parameters },
      { ...request, method: 'halves', rule: 'midpoint', baseline: 'zero' },
      table,
    );
    expect(record).toMatchObject({ method: 'halves', steps: 7, rule: null, baseline: null, parameters });
    expect(record).not.toHaveProperty('diagnosis');
    await session.destroy();
  });
});
