import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));

/** The packages that Pathlight is compared with, and their exact versions. */
export const PEERS: Readonly<Record<string, string>> = JSON.parse(readFileSync(`${FOLDER}package.json`, 'utf8')).dependencies;

/**
 * Installs the peers into bench/node_modules, unless these versions are there already. Their install scripts do not run. Returns in one
 * line why the peers could not be installed; undefined if they are there.
 */
export function installPeers(log: (text: string) => void): string | undefined {
  if (Object.entries(PEERS).every(([name, version]) => installedVersion(name) === version)) return undefined;
  log('installing the peers into bench/node_modules');
  const { status, stderr, error } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'], {
    cwd: FOLDER,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    shell: process.platform === 'win32',
  });
  if (status === 0) return undefined;
  const reason = error?.message ?? stderr.split('\n').find((line) => /^npm (ERR!|error)/.test(line)) ?? `npm ended with ${status}`;
  return `the peers could not be installed: ${reason} (the npm registry must be reachable, or bench/node_modules filled by hand)`;
}

function installedVersion(name: string): string | undefined {
  const manifest = `${FOLDER}node_modules/${name}/package.json`;
  return existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).version : undefined;
}
