import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { attributeTasks, type MethodOptions } from '../../src/attribution/tasks.js';
import { CpuExecutor } from '../../src/cpu/cpu_executor.js';
import { relativeDistance } from '../../src/doctor/case_graph.js';
import { networkOf } from '../../src/graph/analysis/network.js';
import { gridPatches } from '../../src/image/patches.js';
import { importModel } from '../../src/onnx/import.js';
import { readNpy } from '../../src/tensor/npy.js';
import type { PatchChoice } from '../../src/tensor/pixels.js';
import { spaceOf } from '../support/spaces.js';
import { reasonFor } from './reasons.js';

/** What test/parity/references.py writes. */
interface NetworkCases {
  readonly network: string;
  readonly target: number;
  readonly cases: readonly ParityCase[];
}

interface ParityCase {
  readonly name: string;
  readonly tool: string;
  readonly options: Partial<MethodOptions>;
  readonly map: string;
}

/** Maps are float32, and so are the weights of the file; the reference is float64. What is more must have a reason. */
const ROUNDING = 1e-6;

interface Row {
  readonly name: string;
  readonly tool: string;
  readonly distances: Map<string, number>;
}

/** `npm run parity -- FOLDER`: compares maps with those of other tools (test/parity/references.py), and writes docs/parity.md. */
export async function main([folder]: readonly string[]): Promise<void> {
  if (folder === undefined) throw new Error('npm run parity -- FOLDER (made by test/parity/references.py)');
  const networks: readonly NetworkCases[] = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8'));
  const rows = new Map<string, Row>();
  for (const { network, target, cases } of networks) {
    const at = (file: string) => join(folder, network, file);
    const { graph } = importModel(readFileSync(at('model.onnx')));
    const executor = new CpuExecutor(graph);
    const [image, baseline] = [dataOf(at('image.npy')), dataOf(at('baseline.npy'))];
    const [, channels = 1, height = 1, width = 1] = graph.input.shape;
    const cut = (_: Float32Array, patch: PatchChoice) => gridPatches(width, height, Number(patch));
    const context = { steps: 1, space: spaceOf(width, height, channels), network: networkOf(graph), cut, method: 'ig' } as const;
    for (const { name, tool, options, map } of cases) {
      const { attributions } = await attributeTasks(executor, [{ image, baseline, target }], { ...context, ...options });
      const distance = relativeDistance(
        attributions.flatMap(({ values }) => [...values]),
        dataOf(at(map)),
      );
      if (distance > ROUNDING && reasonFor(name, network) === undefined) {
        console.error(`${name} on ${network}: ${distance.toExponential(1)} from ${tool}, and no reason in test/parity/reasons.ts`);
        process.exitCode = 1;
      }
      const row = rows.get(name) ?? { name, tool, distances: new Map<string, number>() };
      rows.set(name, row);
      row.distances.set(network, distance);
      console.log(`${network} ${name}: ${distance.toExponential(1)}`);
    }
  }
  writeFileSync(
    resolve('docs/parity.md'),
    pageOf(
      [...rows.values()],
      networks.map(({ network }) => network),
    ),
  );
}

function dataOf(path: string): Float32Array {
  return Float32Array.from(readNpy(readFileSync(path)).data);
}

function pageOf(rows: readonly Row[], networks: readonly string[]): string {
  const cell = (distance: number | undefined) =>
    distance === undefined ? '' : distance <= ROUNDING ? distance.toExponential(0) : `**${distance.toExponential(0)}**`;
  const whys = (name: string) => [...new Set(networks.flatMap((network) => reasonFor(name, network) ?? []))].join('; ');
  return `# Parity

<!-- test/parity/main.ts writes this page. -->
Every method beside the tool that defines it: the largest difference of any element, relative to the largest element of the tool's map. The networks are small and seeded
(\`test/parity/networks.py\`): \`residual\` has residual sums, batch norms and average pooling, \`plain\` convolutions and max pooling as VGG, and \`vit\` is a transformer on patches with a class
token. The tools ran in float64 and Pathlight on its float64 executor, from the file that PyTorch exported, whose weights are float32; maps are float32, too, so up to ${ROUNDING.toExponential(0)} is rounding. The GPU is
compared with the float64 executor elsewhere (\`test/agreement/methods.gpu.test.ts\`).

| method | compared with | ${networks.join(' | ')} | where it is not rounding |
|---|---|${'---|'.repeat(networks.length)}---|
${rows.map(({ name, tool, distances }) => `| ${name} | ${tool} | ${networks.map((network) => cell(distances.get(network))).join(' | ')} | ${whys(name)} |`).join('\n')}

To repeat it (the versions are in \`test/parity/requirements.txt\`):

\`\`\`
python3 -m venv /tmp/parity && /tmp/parity/bin/pip install -r test/parity/requirements.txt
/tmp/parity/bin/python test/parity/references.py FOLDER
npm run parity -- FOLDER
\`\`\`
`;
}
