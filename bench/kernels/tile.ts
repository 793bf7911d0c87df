import { availableParallelism } from 'node:os';
import type { Prepared } from '../../src/doctor/launcher.js';
import { layoutOf, quadsOf } from '../../src/gpu/compile/layout.js';
import { type GpuDevice, requestDevice } from '../../src/gpu/device/device.js';
import { WORKGROUP_TILES, type WorkgroupTile, workgroupVariant } from '../../src/gpu/kernels/workgroup_tiles.js';
import { openDawn } from '../../src/node/dawn.js';
import { type ConvAttributes, conv, lowerConv } from '../../src/ops/convolution/conv.js';
import { TILES, type TileRow } from '../../src/ops/convolution/tiles.js';
import { cutTile, mirror, problemsOf } from '../../src/ops/convolution/tiling.js';
import { suitsWinograd } from '../../src/ops/convolution/winograd.js';
import type { NodeInput } from '../../src/ops/node_reader.js';
import { sizeOf } from '../../src/tensor/tensor.js';
import { BenchLauncher } from './launch.js';
import { distance, fromLayout, toLayout } from './layouts.js';
import { pattern, shippedLaunches } from './rungs.js';
import { shapeOfLayer, TILE_CLASSES, type TileLayer } from './tile_classes.js';

const SAMPLES = 64;
/** The number of samples for which the float64 reference is computed. All samples are different. */
const CHECKED = 2;
/** For sums of up to 800 float32 products. Rounding errors of 6e-8 each grow with the square root: 2e-6 in the norm. */
const TOLERANCE = 5e-6;
const ROUNDS = 15;
/** Every candidate runs at least this often, however long it takes. */
const LEAST_ROUNDS = 3;
/** Milliseconds, by the clock that measures, that the rounds of one direction may take. */
const PATIENCE = 4_000;

type Direction = 'forward' | 'backward';

/** Milliseconds since some moment. */
type Clock = () => number;

/**
 * Processor time, divided by the cores. It is the clock for a software adapter, which works in this process: other programs of the machine
 * slow the wall clock down, but hardly this one.
 */
function processorClock(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3 / availableParallelism();
}

/** A tile from a row of the table, on one layer and in one direction. */
interface Candidate {
  readonly rows: string[];
  readonly chosen: boolean;
  readonly tile: string;
  readonly prepared: Prepared;
  readonly milliseconds: number[];
}

/**
 * Measures the tiles of src/ops/convolution/tiles.ts, those in workgroup memory (src/gpu/kernels/workgroup_tiles.ts) and Winograd's filtering on the layer of one class, forward and backward, and checks each against the float64
 * reference. It prints GFLOP/s, the best and the median of interleaved rounds. On a software adapter these are GFLOP/s of processor time,
 * as if all cores had worked without a pause. Without an argument it lists the classes.
 *
 *   npm run bench:tile -- CLASS
 */
export async function main([name]: string[]): Promise<void> {
  const layer = name === undefined ? undefined : TILE_CLASSES.get(name);
  if (name === undefined || layer === undefined) {
    if (name !== undefined) console.log(`no class is called ${name}`);
    for (const [known, each] of TILE_CLASSES) console.log(`${known.padEnd(16)}${describeLayer(each)}`);
    return;
  }
  const dawn = await openDawn({ adapter: 'auto' });
  if (!('gpu' in dawn)) throw new Error(dawn.reason);
  const gpu = await requestDevice(dawn.gpu, { limits: 'adapter' });
  const software = dawn.kind === 'software';
  const clock: Clock = software ? processorClock : () => performance.now();
  const measured = software ? `processor time of ${availableParallelism()} cores` : 'wall-clock time';
  console.log(`${dawn.adapter}, ${name}: ${describeLayer(layer)}, ${SAMPLES} samples, ${measured}; * is what the table chooses`);
  for (const direction of ['forward', 'backward'] as const) await measure(new BenchLauncher(gpu.device), gpu, layer, direction, clock);
  gpu.device.destroy();
  dawn.release();
}

function describeLayer({ channels, outputs, size, kernel, stride = 1, groups = 1 }: TileLayer): string {
  const more = [...(stride > 1 ? [`stride ${stride}`] : []), ...(groups > 1 ? [`${groups} groups`] : [])];
  return [`${kernel}x${kernel}`, `${channels} -> ${outputs}`, `${size}x${size}`, ...more].join(', ');
}

async function measure(launcher: BenchLauncher, device: GpuDevice, layer: TileLayer, direction: Direction, clock: Clock): Promise<void> {
  const shape = shapeOfLayer(layer);
  const problem = problemsOf(shape, 1)[direction];
  if (problem === undefined) {
    console.log(`${direction}: the general kernel`);
    return;
  }
  const { attributes, inputs, output, read, written } = layerNode(layer, direction);
  const x = pattern(SAMPLES * read);
  const expected = reference(layer, direction, x);
  const chosen = TILES.find(({ when }) => when(problem.shape));
  const candidates = new Map<string, Candidate>();
  const prepare = (name: string, row: TileRow, tile?: WorkgroupTile): Promise<Prepared> => {
    const only: TileRow = { ...row, when: () => true };
    return check(name, shippedLaunches(lowerConv({ attributes, inputs, output }, [only])[direction], tile));
  };
  const check = async (name: string, launchesOf: ReturnType<typeof shippedLaunches>): Promise<Prepared> => {
    const prepared = await launcher.prepare(
      launchesOf(SAMPLES, toLayout(x, 'quads', SAMPLES, read), device),
      4 * quadsOf(layoutOf(SAMPLES)) * written,
    );
    await prepared.run();
    const found = fromLayout(await prepared.read(), 'quads', SAMPLES, written).subarray(0, expected.length);
    const error = distance(found, expected);
    if (!(error < TOLERANCE)) throw new Error(`${direction}, ${name}: off by ${error.toExponential(1)}`);
    return prepared;
  };
  for (const row of TILES) {
    const tiling = cutTile(problem, row.tile);
    if (tiling === undefined || row.name.startsWith('pool')) continue;
    const tile = `${tiling.channels} x ${tiling.rows} x ${tiling.pixels}${tiling.unroll > 1 ? `, ${tiling.unroll} channels an iteration` : ''}`;
    const known = candidates.get(tile);
    if (known) {
      known.rows.push(row.name);
      if (row === chosen) candidates.set(tile, { ...known, chosen: true });
      continue;
    }
    candidates.set(tile, { rows: [row.name], chosen: row === chosen, tile, prepared: await prepare(row.name, row), milliseconds: [] });
  }
  for (const tile of chosen ? WORKGROUP_TILES : []) {
    const [dispatch] = lowerConv({ attributes, inputs, output }, TILES)[direction];
    if (chosen === undefined || dispatch === undefined || workgroupVariant(dispatch, tile, device.device.limits) === undefined) continue;
    const prepared = await prepare(tile.name, chosen, tile);
    candidates.set(tile.name, { rows: ['in workgroup memory'], chosen: false, tile: tile.name, prepared, milliseconds: [] });
  }
  const scratch = new Map<string, GPUBuffer>();
  const use = { channels: 0, stripBytes: device.winograd.stripBytes };
  if (suitsWinograd(direction === 'forward' ? shape : mirror(shape), 1, use)) {
    const scratchOf = (key: string, elements: number) => {
      const size = 16 * elements * quadsOf(layoutOf(SAMPLES));
      const buffer = scratch.get(key) ?? device.device.createBuffer({ size, usage: GPUBufferUsage.STORAGE });
      scratch.set(key, buffer);
      return buffer;
    };
    const dispatches = lowerConv({ attributes, inputs, output }, TILES, use)[direction];
    const prepared = await check('Winograd', shippedLaunches(dispatches, undefined, scratchOf));
    candidates.set('Winograd', { rows: ['in five dispatches'], chosen: false, tile: 'Winograd', prepared, milliseconds: [] });
  }
  const end = clock() + PATIENCE;
  for (let round = 0; round < ROUNDS && (round < LEAST_ROUNDS || clock() < end); round++) {
    for (const { prepared, milliseconds } of candidates.values()) {
      const started = clock();
      await prepared.run();
      milliseconds.push(clock() - started);
    }
  }
  const operations = 2 * SAMPLES * productsOf(layer);
  for (const { rows, chosen: isChosen, tile, prepared, milliseconds } of candidates.values()) {
    const sorted = [...milliseconds].sort((a, b) => a - b);
    const rate = (time: number | undefined) => (operations / (time ?? Number.NaN) / 1e6).toFixed(2).padStart(7);
    const rates = `best${rate(sorted[0])}  median${rate(sorted[sorted.length >> 1])} GFLOP/s`;
    console.log(`${isChosen ? '*' : ' '} ${direction.padEnd(9)}${tile.padEnd(40)}${rates}  ${sorted.length} rounds  (${rows.join('; ')})`);
    prepared.destroy();
  }
  for (const buffer of scratch.values()) buffer.destroy();
}

function layerNode(layer: TileLayer, direction: Direction) {
  const { rows, columns, groups } = shapeOfLayer(layer);
  const weightsShape = [layer.outputs, layer.channels / groups, layer.kernel, layer.kernel];
  const attributes: ConvAttributes = { group: groups, window: { rows, columns } };
  const x = { name: 'x', shape: [1, layer.channels, rows.input, columns.input] };
  const output = { name: 'y', shape: [1, layer.outputs, rows.output, columns.output] };
  const data = pattern(sizeOf(weightsShape));
  const inputs: NodeInput[] = [x, { name: 'w', shape: weightsShape, constant: { shape: weightsShape, type: 'float', data } }];
  const [ofX, ofY] = [sizeOf(x.shape), sizeOf(output.shape)];
  const [read, written] = direction === 'forward' ? [ofX, ofY] : [ofY, ofX];
  return { attributes, inputs, output, read, written, x, weights: { shape: weightsShape, data: Float64Array.from(data) } };
}

/** The float64 reference of the first samples. */
function reference(layer: TileLayer, direction: Direction, x: Float32Array): Float32Array {
  const node = layerNode(layer, direction);
  const { attributes, output, read, weights } = node;
  const results = Array.from({ length: CHECKED }, (_, sample) => {
    const data = Float64Array.from(x.subarray(sample * read, (sample + 1) * read));
    if (direction === 'forward') return conv.forward({ attributes, inputs: [{ shape: node.x.shape, data }, weights], shape: output.shape });
    const zeros = { shape: node.x.shape, data: new Float64Array(sizeOf(node.x.shape)) };
    const evaluation = { attributes, inputs: [zeros, weights], shape: output.shape, output: new Float64Array(read), cotangent: data };
    const [dx] = conv.backward?.({ ...evaluation, wanted: [true, false] }) ?? [];
    if (dx === undefined) throw new Error('Conv has no backward');
    return dx;
  });
  return Float32Array.from(results.flatMap((result) => [...result]));
}

/** The textbook's multiply-adds for one sample, without taps on the padding. */
function productsOf(layer: TileLayer): number {
  const { rows, groups } = shapeOfLayer(layer);
  let taps = 0;
  for (let o = 0; o < rows.output; o++) {
    for (let k = 0; k < rows.kernel; k++) {
      const at = o * rows.stride + k - rows.padding;
      if (at >= 0 && at < rows.input) taps++;
    }
  }
  return (layer.outputs * layer.channels * taps * taps) / groups;
}
