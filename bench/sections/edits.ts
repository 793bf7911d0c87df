import { grid } from '../../src/cli/console.js';
import { editedImage } from '../../src/cpu/cpu_executor.js';
import { type CandidateBatch, NO_PATCH } from '../../src/executor.js';
import { pixelPatches } from '../../src/tensor/pixels.js';
import { Xoshiro128 } from '../../src/tensor/random.js';
import { softmax } from '../../src/tensor/softmax.js';
import { openBenchPage } from '../contenders/chrome.js';
import { CannotRun } from '../harness/contender.js';
import { type Absence, isTiming, measure, PROTOCOL, type Timing } from '../harness/measure.js';
import { formatMilliseconds } from '../harness/report.js';
import { PEERS } from '../install.js';
import { NETWORKS, seededImages, targetOf } from '../networks/network.js';
import { toOnnx } from '../networks/onnx.js';
import { type Setting, withSession } from './section.js';

export interface EditRow {
  readonly network: string;
  readonly candidates: number;
  /** Milliseconds that the peer needs in addition: building its batch of edited images in ordinary memory. */
  readonly building: number;
  readonly entrants: readonly (Timing | Absence)[];
}

const CANDIDATES = 10_000;
const QUICK_CANDIDATES = 1_000;
const PEER = 'tfjs wasm';

/** Pathlight in Node evaluates edited versions of one digit; TensorFlow.js predicts the same images. */
export async function runEdits(setting: Setting): Promise<EditRow[]> {
  const { quick, log, print, save } = setting;
  const candidates = quick ? QUICK_CANDIDATES : CANDIDATES;
  const page = await openBenchPage('bench/page/index.html');
  const peer = page.contender(PEER, PEER);
  const rows: EditRow[] = [];
  try {
    for (const network of setting.models.filter((name) => NETWORKS[name] !== undefined)) {
      const description = NETWORKS[network]!();
      const target = targetOf(0, description.classes);
      const batch = makeBatch(seededImages(description.shape, 1), candidates);
      const started = performance.now();
      const images = new Float32Array(candidates * batch.image.length);
      for (let i = 0; i < candidates; i++) images.set(editedImage(batch, i), i * batch.image.length);
      const building = performance.now() - started;
      await peer.load(network);
      const measured = await withSession(setting, toOnnx(description), async (session) => {
        const executor = await session.executor();
        const own = async () => {
          const began = performance.now();
          const { probability } = await executor.evaluate(batch, target);
          return { map: Float32Array.from(probability), milliseconds: performance.now() - began };
        };
        const theirs = async () => {
          const { map: outputs, milliseconds } = await peer.predict(images, candidates);
          const { classes } = description;
          const map = Float32Array.from(
            { length: candidates },
            (_, i) => softmax(outputs.subarray(i * classes, (i + 1) * classes))[target]!,
          );
          return { map, milliseconds };
        };
        const entrants = [
          { name: 'Pathlight in Node', run: own },
          { name: PEER, run: theirs },
        ];
        return measure(`${network}, ${candidates} candidates`, entrants, { ...PROTOCOL, ...(quick && { rounds: 3 }) }, log);
      });
      rows.push({ network, candidates, building, entrants: measured.entrants });
      save('edits', { rows }, { Chrome: page.version, ...PEERS });
    }
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error;
    log(`edits are left out: ${error.message}`);
  } finally {
    await peer.close();
    await page.close();
  }
  if (rows.length > 0) print(tableOf(rows));
  return rows;
}

/** Every prefix of a random order of pixels, every single flip, and random pairs of flips, towards the opposite colour. */
function makeBatch(image: Float32Array, count: number): CandidateBatch {
  const pixels = image.length;
  const random = Xoshiro128.fromSeed(11);
  const order = random.shuffle(Uint32Array.from({ length: pixels }, (_, i) => i));
  const ranks = new Uint32Array(pixels);
  order.forEach((pixel, rank) => {
    ranks[pixel] = rank;
  });
  const candidates = new Uint32Array(4 * count);
  for (let i = 0; i < count; i++) {
    const prefix = [0, i, NO_PATCH, NO_PATCH];
    const single = [0, 0, i - pixels, NO_PATCH];
    const pair = [0, 0, random.below(pixels), random.below(pixels)];
    candidates.set(i < pixels ? prefix : i < 2 * pixels ? single : pair, 4 * i);
  }
  return {
    image,
    paint: image.map((value) => 1 - value),
    pixels: { pixels, channels: 1, layout: 'nchw' },
    patches: pixelPatches(pixels),
    ranks,
    candidates,
  };
}

function tableOf(rows: readonly EditRow[]): string {
  return [
    '\nEdit search: candidates of one image',
    grid(
      ['network', 'contender', 'candidates>', 'milliseconds>', 'candidates a second>', 'building the images>'],
      rows.flatMap((row) =>
        row.entrants.map((each) => [
          row.network,
          each.name,
          row.candidates.toLocaleString('en'),
          isTiming(each) ? formatMilliseconds(each.median) : each.reason,
          isTiming(each) ? Math.round((1000 * row.candidates) / each.median).toLocaleString('en') : '',
          each.name === PEER ? `${formatMilliseconds(row.building)} ms more` : 'included, on the device',
        ]),
      ),
    ),
  ].join('\n');
}
