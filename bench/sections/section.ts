import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sizeOf } from '../../src/app.js';
import { createSession, type Session } from '../../src/index.js';
import type { Dawn } from '../../src/node/dawn.js';
import { generatedNetworks } from '../../test/support/networks/network.js';
import type { Machine } from '../harness/report.js';
import { endInLogits } from '../networks/logits.js';
import { NETWORKS } from '../networks/network.js';
import { toOnnx } from '../networks/onnx.js';
import type { NetworkFile } from '../page/stage.js';

/** What a section of the bench is given. */
export interface Setting {
  readonly dawn: Dawn;
  readonly models: readonly string[];
  /** Small jobs and few rounds, to see that everything runs. */
  readonly quick: boolean;
  /** Milliseconds: a peer's attribution that would take longer is left out. */
  readonly longest: number;
  /** Progress, on stderr. */
  readonly log: (text: string) => void;
  /** Results, on stdout. */
  readonly print: (text: string) => void;
  /** Writes bench/results/<section>.json. */
  readonly save: (section: string, data: object, versions?: Machine['versions']) => void;
}

/** Models that are files outside the project, in ../shared beside the checkout. */
const SHARED = fileURLToPath(new URL('../../../shared/', import.meta.url));
const FILES: Readonly<Record<string, string>> = {
  M3: `${SHARED}models/pretrainedResnet.onnx`,
  'opt-mnist': `${SHARED}models/opt-mnist.onnx`,
  lenet_bn: `${SHARED}cases/lenet_bn/model.onnx`,
  mini_resnet: `${SHARED}cases/mini_resnet/model.onnx`,
  'squeezenet1.1': `${SHARED}models/squeezenet1.1.onnx`,
  digits: fileURLToPath(new URL('../../models/digits.onnx', import.meta.url)),
};

/** The ONNX file of a network, by its name, ending in logits; undefined if it should be in ../shared and is absent. */
export function findModel(name: string): Uint8Array | undefined {
  const network = NETWORKS[name];
  if (network !== undefined) return toOnnx(network());
  const generated = generatedNetworks.find((each) => each.name === name);
  if (generated !== undefined) return generated.full().bytes;
  const path = FILES[name]!;
  return existsSync(path) ? endInLogits(readFileSync(path)) : undefined;
}

/** An image for a model: the one of its case, or a digit of the study. */
export function inputOf(name: string): string {
  const own = `${SHARED}cases/${name}/input.npy`;
  return existsSync(own) ? own : fileURLToPath(new URL('../../models/study/7-read-as-1.png', import.meta.url));
}

/** A model's file for contenders in Chrome and Python; undefined for networks that they have as layers. */
export async function toNetworkFile(name: string, bytes: Uint8Array): Promise<NetworkFile | undefined> {
  if (NETWORKS[name] !== undefined) return undefined;
  const { graph } = await createSession(bytes);
  return { shape: graph.input.shape, classes: sizeOf(graph.output.shape), base64: Buffer.from(bytes).toString('base64') };
}

/** The models that are present, with their bytes. Writes a line about those that are not. */
export function presentModels(names: readonly string[], log: (text: string) => void): { name: string; bytes: Uint8Array }[] {
  return names.flatMap((name) => {
    const bytes = findModel(name);
    if (bytes === undefined) log(`${name} is left out: ../shared is missing`);
    return bytes === undefined ? [] : [{ name, bytes }];
  });
}

/** Opens a model on the device of the run for as long as `work` takes. */
export async function withSession<T>({ dawn }: Setting, bytes: Uint8Array, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await createSession(bytes, { gpu: dawn.gpu });
  try {
    return await work(session);
  } finally {
    await session.destroy();
  }
}
