import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';
import { present } from '../lib/present.js';

/**
 * The most gzipped bytes of the page without what it loads later: a visitor waits for them. The page had 381 kB before it knew the operators that
 * exporters write, and 418 kB afterwards.
 */
const LARGEST = 450_000;
/** Models, digits and the doctor. The page loads them when it needs them; the service worker loads them in the background. */
const LATER = /\.(onnx|bin)$|(^|\/)doctor-[^/]*\.js$/;
const WORKER = 'offline.js';

/** Writes the service worker with the list of all built files, logs their gzipped sizes, and fails the build if the page has grown too large. */
export function offline(): Plugin {
  let tell: (text: string) => void = () => {};
  return {
    name: 'pathlight-offline',
    apply: 'build',
    configResolved({ logger }) {
      tell = (text) => logger.info(text);
    },
    writeBundle(output) {
      const dir = present(output.dir, 'the folder of the build');
      const files = readdirSync(dir, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name !== WORKER)
        .map((entry) =>
          join(entry.parentPath, entry.name)
            .slice(dir.length + 1)
            .replaceAll('\\', '/'),
        )
        .sort();
      writeFileSync(join(dir, WORKER), serviceWorker(dir, files));
      const sizes = [...files, WORKER].map((file) => ({ file, bytes: gzipSync(readFileSync(join(dir, file)), { level: 9 }).length }));
      const total = (parts: typeof sizes) => parts.reduce((sum, { bytes }) => sum + bytes, 0);
      const page = total(sizes.filter(({ file }) => !LATER.test(file)));
      for (const { file, bytes } of sizes) tell(`${file.padEnd(44)} ${kilobytes(bytes)} gzipped`);
      tell(
        `${'the page, without models, digits and the doctor'.padEnd(44)} ${kilobytes(page)} gzipped, of ${kilobytes(LARGEST).trim()} allowed`,
      );
      if (page > LARGEST) this.error(`the page has ${page} bytes gzipped, more than the ${LARGEST} that visitors should wait for`);
    },
  };
}

/** The text of the service worker. Its version is a hash of all files, so that two builds that differ in one byte have different versions. */
function serviceWorker(dir: string, files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(readFileSync(join(dir, file)));
  const addresses = files.map((file) => (file === 'index.html' ? './' : `./${file}`));
  const code = readFileSync(new URL('./offline_worker.js', import.meta.url), 'utf8');
  return `const VERSION = '${hash.digest('hex').slice(0, 16)}';\nconst FILES = ${JSON.stringify(addresses, null, 2)};\n\n${code}`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1).padStart(6)} kB`;
}
