import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Global set-up: installs TypeScript 7 into test/typescript_7/node_modules, once. It is not a development dependency, because its `tsc` would
 * stand in `node_modules/.bin` in place of that of TypeScript 5, with which the project itself is compiled.
 */
export default function setup(): void {
  const folder = fileURLToPath(new URL('../typescript_7/', import.meta.url));
  if (existsSync(`${folder}node_modules/typescript/package.json`)) return;
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'], {
    cwd: folder,
    stdio: 'ignore',
    shell: process.platform === 'win32',
  });
}
