import { type Job, nameJob } from '../harness/contender.js';
import { NETWORKS, type Network, seededImages, targetOf } from '../networks/network.js';
import { toOnnx } from '../networks/onnx.js';
import { decode, encode } from './base64.js';

/** A framework in the page. */
export interface PageContender {
  /** Loads a network, given as layers or as the bytes of an ONNX file. Throws the reason if the framework cannot run it. */
  load(network: LoadedNetwork): Promise<void>;
  /** The maps [images][elements] of images [images][elements], by the midpoint rule from the baseline 0. Each image has its own target. */
  attribute(images: Float32Array, targets: readonly number[], steps: number): Promise<Float32Array>;
  /** The outputs [count][classes] of images [count][elements]. */
  predict?(images: Float32Array, count: number): Promise<Float32Array>;
}

export interface LoadedNetwork {
  readonly shape: readonly number[];
  readonly classes: number;
  readonly onnx: Uint8Array;
  /** Absent for networks that only exist as a file. */
  readonly layers?: Network['layers'];
}

/** A network that only exists as a file, in the form in which Node sends it. */
export interface NetworkFile {
  readonly shape: readonly number[];
  readonly classes: number;
  readonly base64: string;
}

export interface PageRun {
  readonly base64: string;
  readonly milliseconds: number;
}

/** The functions of the page that Node calls. */
export interface Stage {
  /** Creates the contender of this page and returns its platform. */
  enter(name: string): Promise<string>;
  load(network: string | NetworkFile): Promise<void>;
  attribute(job: Job): Promise<PageRun>;
  /** Predicts images [count][elements]. Returns outputs [count][classes] and the time taken. */
  predict(images: string, count: number): Promise<PageRun>;
}

export interface PageEntry {
  create(): Promise<PageContender>;
  /** The contender's platform, in a word or two; called after `create`. */
  platform?(): string;
}

/** Makes these contenders available to Node, one for each page. */
export function openStage(entries: Readonly<Record<string, PageEntry>>): Stage {
  let contender: PageContender | undefined;
  let network: LoadedNetwork | undefined;
  return {
    async enter(name) {
      const entry = entries[name];
      if (entry === undefined) throw new Error(`no contender named ${name} (${Object.keys(entries).join(', ')})`);
      contender = await entry.create();
      return entry.platform?.() ?? '';
    },
    async load(wanted) {
      network = typeof wanted === 'string' ? fromName(wanted) : { ...wanted, onnx: new Uint8Array(decode(wanted.base64)) };
      await contender!.load(network);
    },
    async attribute({ images, steps }) {
      const { shape, classes } = network!;
      const data = seededImages(shape, images);
      const targets = Array.from({ length: images }, (_, index) => targetOf(index, classes));
      const started = performance.now();
      const map = await contender!.attribute(data, targets, steps);
      const milliseconds = performance.now() - started;
      if (map.length !== data.length) throw new Error(`${nameJob({ images, steps })}: ${map.length} numbers for ${data.length}`);
      return { base64: encode(map), milliseconds };
    },
    async predict(images, count) {
      const data = new Float32Array(decode(images));
      const started = performance.now();
      const outputs = await contender!.predict!(data, count);
      return { milliseconds: performance.now() - started, base64: encode(outputs) };
    },
  };
}

function fromName(name: string): LoadedNetwork {
  const network = NETWORKS[name]!();
  return { shape: network.shape, classes: network.classes, layers: network.layers, onnx: toOnnx(network) };
}
