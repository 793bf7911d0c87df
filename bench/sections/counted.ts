import { describeGraph } from '../../src/app.js';
import { grid } from '../../src/cli/console.js';
import { type Cost, integratedGradients } from '../../src/index.js';
import { formatBytes } from '../harness/report.js';
import { seededImages, targetOf } from '../networks/network.js';
import { presentModels, type Setting, withSession } from './section.js';

export interface CountedRow {
  readonly model: string;
  readonly images: number;
  readonly steps: number;
  readonly cost: Omit<Cost, 'milliseconds'>;
  /** Multiply-adds of every Conv, Gemm and MatMul, forward and backward, at every point of every path: what a framework without a plan does. */
  readonly textbookMultiplyAdds: number;
}

const JOBS: Readonly<Record<string, readonly (readonly [images: number, steps: number])[]>> = {
  M1: [
    [1, 16],
    [1, 1024],
    [64, 64],
  ],
  M2: [
    [1, 16],
    [1, 1024],
    [64, 64],
  ],
  M3: [[1, 64]],
  'squeezenet1.1': [[1, 32]],
};

/** The cost of an attribution, counted and not timed: the same on every machine with the same limits. */
export async function runCounted(setting: Setting): Promise<CountedRow[]> {
  const { quick, log, print, save } = setting;
  const rows: CountedRow[] = [];
  const wanted = quick ? setting.models.filter((name) => name === 'M2') : [...setting.models, 'squeezenet1.1'];
  for (const { name, bytes } of presentModels(wanted, log)) {
    await withSession(setting, bytes, async (session) => {
      const { elements, classes } = await session.executor();
      const { multiplyAdds } = describeGraph(session.graph);
      for (const [images, steps] of JOBS[name] ?? []) {
        log(`counted: ${name}, ${images} x ${steps}`);
        const data = seededImages(session.graph.input.shape, images);
        const list = Array.from({ length: images }, (_, i) => data.subarray(i * elements, (i + 1) * elements));
        const target = list.map((_, i) => targetOf(i, classes));
        const [result] = await integratedGradients(session, list, { target, baseline: 'zero', steps });
        const { milliseconds: _, ...cost } = result!.cost;
        rows.push({ model: name, images, steps, cost, textbookMultiplyAdds: 2 * multiplyAdds * images * steps });
        save('counted', { rows });
      }
    });
  }
  print(tableOf(rows));
  return rows;
}

function tableOf(rows: readonly CountedRow[]): string {
  return [
    '\nCounted, not timed',
    grid(
      [
        'model',
        'images>',
        'steps>',
        'plan',
        'dispatches>',
        'submits>',
        'bytes up>',
        'bytes down>',
        'peak memory>',
        'multiply-adds>',
        'textbook>',
        'share>',
      ],
      rows.map(({ model, images, steps, cost, textbookMultiplyAdds }) => [
        model,
        String(images),
        steps.toLocaleString('en'),
        cost.plan,
        String(cost.dispatches),
        String(cost.submits),
        cost.uploadedBytes.toLocaleString('en'),
        cost.readbackBytes.toLocaleString('en'),
        formatBytes(cost.peakBytes),
        cost.multiplyAdds!.toExponential(2),
        textbookMultiplyAdds.toExponential(2),
        `${((100 * cost.multiplyAdds!) / textbookMultiplyAdds).toFixed(0)}%`,
      ]),
    ),
  ].join('\n');
}
