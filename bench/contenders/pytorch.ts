import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CannotRun, type Contender } from '../harness/contender.js';
import { NETWORKS, seededImages, targetOf } from '../networks/network.js';
import { decode, encode } from '../page/base64.js';
import type { NetworkFile } from '../page/stage.js';

/** An interpreter that can import torch: that of a virtual environment, or the one for which a distribution installs python3-torch. */
const PYTHON = process.env.PATHLIGHT_BENCH_PYTHON ?? '/usr/bin/python3';

export interface Torch extends Contender {
  readonly version: string;
}

/** PyTorch on the CPU, in one long-lived process. If there is none, writes a line to `log` and returns undefined. */
export async function openTorch(
  file: (network: string) => NetworkFile | undefined,
  log: (text: string) => void,
): Promise<Torch | undefined> {
  const child = spawn(PYTHON, [fileURLToPath(new URL('pytorch.py', import.meta.url))], { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = new Promise<undefined>((resolve) => child.once('error', () => resolve(undefined)).once('close', () => resolve(undefined)));
  child.stdin.on('error', () => {}); // `ended` reports a process that has ended.
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<Record<string, unknown> | undefined> => {
    const next = await Promise.race([lines.next(), ended]);
    return next === undefined || next.done ? undefined : JSON.parse(next.value);
  };
  const hello = await answer();
  if (hello === undefined) {
    log(`PyTorch takes no part: ${PYTHON} cannot import torch (PATHLIGHT_BENCH_PYTHON names another one)`);
    return undefined;
  }
  const ask = async (request: object): Promise<Record<string, unknown>> => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const reply = await answer();
    if (reply === undefined) throw new CannotRun('the Python process ended');
    if (reply.error !== undefined) throw new CannotRun(String(reply.error));
    return reply;
  };
  let shape: readonly number[] = [];
  let classes = 0;
  return {
    name: 'PyTorch',
    version: String(hello.version),
    async load(name) {
      const given = file(name);
      const network = given ?? NETWORKS[name]!();
      ({ shape, classes } = network);
      if (given !== undefined) await ask({ shape, onnx: given.base64 });
      else await ask({ shape, layers: NETWORKS[name]!().layers.map(toJson) });
    },
    async attribute({ images, steps }) {
      const targets = Array.from({ length: images }, (_, index) => targetOf(index, classes));
      const reply = await ask({ steps, targets, images: encode(seededImages(shape, images)) });
      return { map: new Float32Array(decode(String(reply.map))), milliseconds: Number(reply.milliseconds), setting: String(reply.setting) };
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}

function toJson(layer: object): object {
  return Object.fromEntries(Object.entries(layer).map(([key, value]) => [key, value instanceof Float32Array ? encode(value) : value]));
}
