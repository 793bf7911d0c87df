import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Global set-up: installs ONNX Runtime, with which tests compare, into test/oracle/node_modules, once. ONNX Runtime is not a development
 * dependency, because its 200 MB would slow `npm ci && npm start`. Where it cannot be installed, the tests that need it are skipped, each
 * with the reason (see `needsOnnxRuntime`).
 */
export default function setup(): void {
  const folder = fileURLToPath(new URL('../oracle/', import.meta.url));
  if (existsSync(`${folder}node_modules/onnxruntime-node/package.json`)) return;
  // Its install script fetches CUDA libraries, which the CPU provider does not need.
  spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: 'ignore',
    shell: process.platform === 'win32',
  });
}
