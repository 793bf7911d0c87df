import { grid } from '../../src/cli/console.js';
import { type Cost, integratedGradients, type Session } from '../../src/index.js';
import { median } from '../harness/measure.js';
import { formatBytes, formatMilliseconds } from '../harness/report.js';
import { convolutionalOf, NETWORKS, type Network, seededImages, targetOf } from '../networks/network.js';
import { toOnnx } from '../networks/onnx.js';
import { type Setting, withSession } from './section.js';

/** Time and memory along one axis, everything else fixed. */
export interface GrowthSeries {
  readonly axis: 'steps' | 'images' | 'size';
  readonly network: string;
  readonly points: readonly GrowthPoint[];
}

export interface GrowthPoint {
  readonly x: number;
  /** The points of all paths together. */
  readonly samples: number;
  readonly milliseconds: number;
  readonly peakBytes: number;
  readonly dispatches: number;
  readonly submits: number;
}

const ROUNDS = 3;
/** After a timed run of more milliseconds than this, no more follow. */
const SLOW = 8_000;
const STEPS = [16, 32, 64, 128, 256, 512, 1024, 2048, 4096];
const IMAGES = [1, 2, 4, 8, 16, 32, 64, 128, 256];
const SIZES = [28, 56, 84, 112, 168, 224];
const STEPS_OF_IMAGES = 16;
const STEPS_OF_SIZES = 32;

/** Time and peak memory of Pathlight in Node over steps, images and input size. */
export async function runGrowth(setting: Setting): Promise<GrowthSeries[]> {
  const { quick, log, print, save } = setting;
  const some = (values: readonly number[]) => (quick ? values.slice(0, 3) : values);
  const series: GrowthSeries[] = [];
  const add = (each: GrowthSeries) => {
    series.push(each);
    save('growth', { series });
    print(tableOf(each));
  };
  for (const name of setting.models.filter((model) => NETWORKS[model] !== undefined)) {
    const network = NETWORKS[name]!();
    await withSession(setting, toOnnx(network), async (session) => {
      const axes = [
        { axis: 'steps', values: some(STEPS), job: (steps: number) => ({ images: 1, steps }) },
        { axis: 'images', values: some(IMAGES), job: (images: number) => ({ images, steps: STEPS_OF_IMAGES }) },
      ] as const;
      for (const { axis, values, job } of axes) {
        const points: GrowthPoint[] = [];
        for (const x of values) {
          log(`growth: ${name}, ${axis} ${x}`);
          points.push(await measurePoint(session, network, x, job(x)));
        }
        add({ axis, network: name, points });
      }
    });
  }
  const points: GrowthPoint[] = [];
  for (const size of some(SIZES)) {
    log(`growth: input ${size}x${size}`);
    const network = convolutionalOf(size);
    points.push(
      await withSession(setting, toOnnx(network), (session) => measurePoint(session, network, size, { images: 1, steps: STEPS_OF_SIZES })),
    );
  }
  add({ axis: 'size', network: 'conv net', points });
  return series;
}

async function measurePoint(
  session: Session,
  { shape, classes }: Network,
  x: number,
  { images, steps }: { images: number; steps: number },
): Promise<GrowthPoint> {
  const data = seededImages(shape, images);
  const elements = data.length / images;
  const list = Array.from({ length: images }, (_, index) => data.subarray(index * elements, (index + 1) * elements));
  const target = list.map((_, index) => targetOf(index, classes));
  const times: number[] = [];
  let cost: Cost | undefined;
  for (let round = 0; round <= ROUNDS; round++) {
    const started = performance.now();
    cost = (await integratedGradients(session, list, { target, baseline: 'zero', steps }))[0]!.cost;
    const milliseconds = performance.now() - started;
    if (round > 0) times.push(milliseconds);
    if (round > 0 && milliseconds > SLOW) break;
  }
  const { peakBytes, dispatches, submits } = cost!;
  return { x, samples: images * steps, milliseconds: median(times), peakBytes, dispatches, submits };
}

const FIXED = { steps: '1 image', images: `${STEPS_OF_IMAGES} steps`, size: `1 image, ${STEPS_OF_SIZES} steps` } as const;

function tableOf({ axis, network, points }: GrowthSeries): string {
  return [
    `\nGrowth of ${network} over ${axis === 'size' ? 'the input size' : axis} (${FIXED[axis]})`,
    grid(
      [`${axis}>`, 'milliseconds>', 'microseconds a sample>', 'peak memory>', 'bytes a sample>', 'dispatches>', 'submits>'],
      points.map(({ x, samples, milliseconds, peakBytes, dispatches, submits }) => [
        x.toLocaleString('en'),
        formatMilliseconds(milliseconds),
        formatMilliseconds((1000 * milliseconds) / samples),
        formatBytes(peakBytes),
        Math.round(peakBytes / samples).toLocaleString('en'),
        String(dispatches),
        String(submits),
      ]),
    ),
  ].join('\n');
}
