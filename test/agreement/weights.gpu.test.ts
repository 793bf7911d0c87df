import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { GpuExecutor } from '../../src/gpu/gpu_executor.js';
import { canonicalise } from '../../src/graph/passes/canonicalise.js';
import { importModel } from '../../src/onnx/import.js';
import { TensorProto_DataType as DataType } from '../../src/onnx/onnx_pb.js';
import { useDevice } from '../support/gpu.js';
import { buildModel, rawTensor } from '../support/onnx_builder.js';

setFlagsFromString('--expose_gc');
// Else V8 frees what it has collected in a thread of its own, and on a busy machine counts it as held until that is done.
setFlagsFromString('--no-concurrent_array_buffer_sweeping');
const collect: () => void = runInNewContext('gc');
const CHANNELS = 2560;
const LAYERS = 4;
/** Bytes of one layer's weights; all are 100 MiB. */
const LAYER = 4 * CHANNELS * CHANNELS;

const shared = useDevice();

/** Bytes in ArrayBuffers that something still holds. */
function held(): number {
  collect();
  return process.memoryUsage().arrayBuffers;
}

test('100 MiB of weights are copied once at most on the way to the GPU, and what is packed for it is not kept', async () => {
  const weights = rawTensor(DataType.FLOAT, [CHANNELS, CHANNELS, 1, 1], new Float32Array(CHANNELS * CHANNELS).fill(1 / CHANNELS));
  const layers = Array.from({ length: LAYERS }, (_, i) => i);
  const bytes = buildModel({
    inputs: { v0: [1, CHANNELS, 1, 1] },
    outputs: [`v${LAYERS}`],
    initializers: Object.fromEntries(layers.map((i) => [`w${i}`, weights])),
    nodes: layers.map((i) => ({ op: 'Conv', inputs: [`v${i}`, `w${i}`], output: `v${i + 1}` })),
  });
  const before = held();
  const { graph } = importModel(bytes);
  const gpu = await GpuExecutor.create(shared.source, canonicalise(graph));
  // float32 in the file begins at any byte: what is not aligned is copied, once.
  expect(held() - before).toBeLessThan(1.01 * LAYERS * LAYER);
  // Each layer is packed as it is uploaded.
  const { queue } = (await shared.source.get()).device;
  const writeBuffer = queue.writeBuffer.bind(queue);
  let most = 0;
  // Not by a spy, which would keep what is written.
  queue.writeBuffer = (...given: Parameters<typeof writeBuffer>) => {
    most = Math.max(most, held() - before);
    writeBuffer(...given);
  };
  const { outputs } = await gpu.forward(new Float32Array(CHANNELS).fill(1), 1);
  // This keeps the object until here. Where nothing holds it, the binding makes another for the same queue, without what was set on it.
  queue.writeBuffer = writeBuffer;
  // Each layer adds up 2,560 numbers, and each addition rounds by 6e-8 at most.
  expect(outputs.every((output) => Math.abs(output - 1) < LAYERS * CHANNELS * 6e-8)).toBe(true);
  expect(most).toBeGreaterThan(LAYER);
  expect(most).toBeLessThan(1.01 * (LAYERS + 1) * LAYER);
  expect(held() - before).toBeLessThan(1.01 * LAYERS * LAYER);
  gpu.destroy();
});
