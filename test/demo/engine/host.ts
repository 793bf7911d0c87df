import { readFile } from 'node:fs/promises';
import { afterAll } from 'vitest';
import { EngineHost } from '../../../demo/engine/host.js';
import { type DigitStrip, readStrip, writeStrip } from '../../../demo/engine/inputs/digit_strip.js';
import { EngineClient } from '../../../demo/engine/rpc/client.js';
import { serve } from '../../../demo/engine/rpc/serve.js';
import { messageOf, type Said } from '../../../src/app.js';
import { toValues } from '../../../src/image/pixels.js';
import { createSession, PathlightError, type Session } from '../../../src/index.js';
import { decodePicture } from '../../../src/node/index.js';
import { buildModel, floatTensor } from '../../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../../support/random.js';

const read = async (path: string) => new Uint8Array(await readFile(new URL(`../../../models/${path}`, import.meta.url)));

const NO_WEBGPU = messageOf(new PathlightError('page.no-webgpu'));

/**
 * The engine, page and worker joined by a channel of messages as in a browser. Closed after the tests of the file.
 * @param gpu WebGPU, or why there is none.
 */
export function createEngine(gpu: GPU | Said = NO_WEBGPU): EngineClient {
  const { port1, port2 } = new MessageChannel();
  const shipped = {
    readShipped: async (name: string) => ({
      bytes: await read(`${name}.onnx`),
      sideFile: new TextDecoder().decode(await read(`${name}.json`)),
    }),
    readDigits: async () => readStrip(writeStrip(await studyStrip())),
  };
  const host = new EngineHost(gpu, (news) => tell(news), shipped);
  const tell = serve(port2, host.handlers);
  const client = new EngineClient(port1);
  port1.start();
  port2.start();
  afterAll(() => {
    port1.close();
    port2.close();
  });
  return client;
}

/** A shipped model, as the library opens it without a GPU. */
export async function shippedSession(name: 'digits' | 'digits-naive'): Promise<Session> {
  return createSession(await read(`${name}.onnx`), { sideFile: JSON.parse(new TextDecoder().decode(await read(`${name}.json`))) });
}

/** A network of 16 units for digits, with seeded weights: what takes long on a shipped one takes milliseconds on it. */
export function smallModel(): { readonly name: string; readonly bytes: Uint8Array } {
  const random = mulberry32(7);
  const draw = (shape: readonly number[], span: number) =>
    floatTensor(
      shape,
      uniformArray(
        random,
        shape.reduce((a, b) => a * b, 1),
        -span,
        span,
      ),
    );
  const bytes = buildModel({
    inputs: { image: ['N', 1, 28, 28] },
    initializers: { w: draw([784, 16], 0.3), bias: draw([16], 1), v: draw([16, 10], 1) },
    nodes: [
      { op: 'Flatten', inputs: ['image'], output: 'x' },
      { op: 'Gemm', inputs: ['x', 'w', 'bias'], output: 'z' },
      { op: 'Relu', inputs: ['z'], output: 'a' },
      { op: 'MatMul', inputs: ['a', 'v'], output: 'y' },
    ],
    outputs: ['y'],
  });
  return { name: 'small.onnx', bytes };
}

/** A digit of the study, in the input space of the shipped models. */
export async function studyDigit(session: Session, file: string): Promise<Float32Array> {
  return toValues((await decodePicture(await read(`study/${file}`))).picture, session.preprocessing);
}

/** The five digits of the study: the only pictures of MNIST that are in the repository. */
async function studyStrip(): Promise<DigitStrip> {
  const { digits } = JSON.parse(new TextDecoder().decode(await read('study/digits.json'))) as {
    digits: { file: string; index: number; class: number; predicted: number }[];
  };
  return Promise.all(
    digits.map(async ({ file, index, class: truth, predicted }) => ({
      index,
      truth,
      study: true,
      read: { digits: truth, 'digits-naive': predicted },
      pixels: (await decodePicture(await read(`study/${file}`))).picture.data,
    })),
  );
}
