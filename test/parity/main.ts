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
import { metricDistances, type ReferenceMetrics } from './metrics.js';
import { reasonFor } from './reasons.js';

/** What test/parity/references.py writes. */
interface NetworkCases {
  readonly network: string;
  readonly target: number;
  readonly cases: readonly ParityCase[];
  /** Absent for a network that only some methods are compared on. */
  readonly metrics?: ReferenceMetrics;
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
  const [rows, measures] = [new Map<string, Row>(), new Map<string, Row>()];
  const note = (table: Map<string, Row>, network: string, { name, tool }: Pick<ParityCase, 'name' | 'tool'>, distance: number) => {
    if (!(distance <= ROUNDING) && reasonFor(name, network) === undefined) {
      console.error(`${name} on ${network}: ${distance.toExponential(1)} from ${tool}, and no reason in test/parity/reasons.ts`);
      process.exitCode = 1;
    }
    const row = table.get(name) ?? { name, tool, distances: new Map<string, number>() };
    table.set(name, row);
    row.distances.set(network, distance);
    console.log(`${network} ${name}: ${distance.toExponential(1)}`);
  };
  for (const { network, target, cases, metrics } of networks) {
    const at = (file: string) => join(folder, network, file);
    const { graph } = importModel(readFileSync(at('model.onnx')));
    const executor = new CpuExecutor(graph);
    const [image, baseline] = [dataOf(at('image.npy')), dataOf(at('baseline.npy'))];
    const [, channels = 1, height = 1, width = 1] = graph.input.shape;
    const cut = (_: Float32Array, patch: PatchChoice) => gridPatches(width, height, Number(patch));
    const context = { steps: 1, space: spaceOf(width, height, channels), network: networkOf(graph), cut, method: 'ig' } as const;
    for (const { options, map, ...row } of cases) {
      const { attributions } = await attributeTasks(executor, [{ image, baseline, target }], { ...context, ...options });
      const distance = relativeDistance(
        attributions.flatMap(({ values }) => [...values]),
        dataOf(at(map)),
      );
      note(rows, network, row, distance);
    }
    if (metrics === undefined) continue;
    const given = { executor, image, baseline, target, space: context.space, read: dataOf };
    for (const [name, distance] of await metricDistances(join(folder, network), given, metrics)) {
      note(measures, network, { name, tool: name.includes('ssim') ? 'Quantus 0.6, scikit-image 0.26' : 'Quantus 0.6' }, distance);
    }
  }
  writeFileSync(
    resolve('docs/parity.md'),
    pageOf(
      [...rows.values()],
      [...measures.values()],
      networks.map(({ network }) => network),
    ),
  );
}

function dataOf(path: string): Float32Array {
  return Float32Array.from(readNpy(readFileSync(path)).data);
}

function pageOf(rows: readonly Row[], measures: readonly Row[], networks: readonly string[]): string {
  const cell = (distance: number | undefined) =>
    distance === undefined ? '' : distance <= ROUNDING ? distance.toExponential(0) : `**${distance.toExponential(0)}**`;
  const line = ({ name, tool, distances }: Row) =>
    `| ${name} | ${tool} | ${networks.map((network) => cell(distances.get(network))).join(' | ')} |`;
  const whys = (name: string) => [...new Set(networks.flatMap((network) => reasonFor(name, network) ?? []))].join('; ');
  return `# Parity

<!-- test/parity/main.ts writes this page. -->
Every method beside the tool that defines it: the Euclidean distance of the two maps, relative to the length of the tool's. The networks are small and seeded
(\`test/parity/networks.py\`): \`residual\` has residual sums, batch norms and average pooling, \`plain\` convolutions and max pooling as VGG, and \`vit\` is a transformer on patches with a class
token. The tools ran in float64 and Pathlight on its float64 executor, from the file that PyTorch exported, whose weights are float32; maps are float32, too, so up to ${ROUNDING.toExponential(0)} is rounding. The GPU is
compared with the float64 executor elsewhere (\`test/agreement/every_method.gpu.test.ts\`).

| method | compared with | ${networks.join(' | ')} | where it is not rounding |
|---|---|${'---|'.repeat(networks.length)}---|
${rows.map((row) => `${line(row)} ${whys(row.name)} |`).join('\n')}

Three of these are experiments that decide a reason. *DeepLIFT, with Pathlight's rules*: Captum's own rule for functions of single elements serves GELU, too, and its rule for Softmax is taken away. *Eigen-CAM, the component negated*:
the other sign of the same principal component. The column \`merged\`: the network \`residual\` with its batch norms merged in float64 and rounded to float32 once, for both sides; what is left of the differences of LRP there is rounding.

## Measures

The same of measures: of one map (\`saliency\`), on perturbations that the tool was given and that were written beside it. Curves are compared point by point; Quantus removes blocks of 4 x 4 pixels by a rank of Pathlight's order, and inserts by removing from the
baseline what the image has instead. Quantus' infidelity has no scaling, so it got the map times the factor for which the error is least. Of \`randomisation\` the similarity is compared, of the maps of two images. Each tool draws layers anew in its own way, so *of the same copies* is the whole measure with Quantus' copies
given to both: one layer more drawn anew in each, from the output down. SSIM there is scikit-image's, of |map| / max |map|.

| measure | compared with | ${networks.join(' | ')} | where it is not rounding |
|---|---|${'---|'.repeat(networks.length)}---|
${measures.map((row) => `${line(row)} ${whys(row.name)} |`).join('\n')}

To repeat it (the versions are in \`test/parity/requirements.txt\`):

\`\`\`
python3 -m venv /tmp/parity && /tmp/parity/bin/pip install -r test/parity/requirements.txt
/tmp/parity/bin/python test/parity/references.py FOLDER
npm run parity -- FOLDER
\`\`\`
`;
}
