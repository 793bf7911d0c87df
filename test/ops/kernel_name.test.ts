import { expect, test } from 'vitest';
import { kernelNames } from '../../src/gpu/kernels/source.js';

// `npm run generate:kernels` writes it.
test('KernelName lists the kernels of shaders/', async () => {
  const text = [
    '/** The names of all kernels: files of shaders/, without `.wgsl`. `npm run generate:kernels` writes them. */',
    'export type KernelName =',
    ...kernelNames.map((name) => `  | '${name}'`),
  ].join('\n');
  await expect(`${text};\n`).toMatchFileSnapshot('../../src/ops/kernel_name.ts');
});
