import { createSession, integratedGradients, type Session } from '../../src/index.js';
import type { Dawn } from '../../src/node/dawn.js';
import type { Contender } from '../harness/contender.js';
import { seededImages, targetOf } from '../networks/network.js';

/** Pathlight in Node, on Dawn. @param bytes the ONNX file of a network. */
export function createNodeContender(dawn: Dawn, bytes: (network: string) => Uint8Array): Contender {
  let session: Session | undefined;
  return {
    name: 'Pathlight in Node',
    async load(network) {
      await session?.destroy();
      session = await createSession(bytes(network), { gpu: dawn.gpu });
    },
    async attribute({ images, steps }) {
      const { elements, classes } = await session!.executor();
      const data = seededImages(session!.graph.input.shape, images);
      const list = Array.from({ length: images }, (_, index) => data.subarray(index * elements, (index + 1) * elements));
      const targets = list.map((_, index) => targetOf(index, classes));
      const started = performance.now();
      const results = await integratedGradients(session!, list, { target: targets, baseline: 'zero', steps });
      const map = new Float32Array(data.length);
      results.forEach((result, index) => {
        map.set(result.values, index * elements);
      });
      return { map, milliseconds: performance.now() - started };
    },
    async close() {
      await session?.destroy();
    },
  };
}
