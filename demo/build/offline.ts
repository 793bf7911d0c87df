import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';
import { present } from '../lib/present.js';

/** The most gzipped bytes that a visitor waits for: everything that the page loads unasked, the engine included. */
const LARGEST = 450_000;
/** The most gzipped bytes before the first paint: the document, and the style sheet that it waits for. */
const LARGEST_PAINT = 60_000;
/** Parts of the page that are loaded when a visitor, or the language of a visitor, asks for them. The service worker loads them in the background. */
const ASKED_FOR_PARTS = [
  'camera',
  'closer',
  'compared',
  'curves',
  'digits_and_things',
  'doctor',
  'gif_file',
  'glossary',
  'graph_layout',
  'grids',
  'imagenet',
  'kept',
  'lecture',
  'model_facts',
  'options',
  'own',
  'problem_report',
  'qr',
  'report_file',
  'scene_gallery',
  'scene_pictures',
  'spanish_texts',
];
/** With the picture that stands beside a link to the page, which no page loads. */
const ASKED_FOR = new RegExp(`^preview\\.png$|(^|/)(${ASKED_FOR_PARTS.join('|')})-[^/]*\\.(js|css)$`);
/** Models, digits and rendered pictures, whose names are a thing's and a place's: what the page is about, not what it is made of. */
const CONTENT = /\.(onnx|bin)$|(^|\/)[a-z]+-[a-z]+-[^/]{8}\.png$/;
/** Pages of their own, which the page links to. */
const DOCS = /^docs\//;
const PAINTED = /^index\.html$|(^|\/)index-[^/]*\.css$/;
const WORKER = 'offline.js';

/** Writes the service worker with the list of all files of the page, logs their gzipped sizes, and fails the build if the page has grown too large. */
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
      const all = readdirSync(dir, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name !== WORKER)
        .map((entry) =>
          join(entry.parentPath, entry.name)
            .slice(dir.length + 1)
            .replaceAll('\\', '/'),
        )
        .sort();
      const files = all.filter((file) => !DOCS.test(file));
      writeFileSync(join(dir, WORKER), serviceWorker(dir, files));
      const sizes = [...files, WORKER].map((file) => ({ file, bytes: gzipSync(readFileSync(join(dir, file)), { level: 9 }).length }));
      const sum = (is: (file: string) => boolean) => sizes.reduce((total, { file, bytes }) => total + (is(file) ? bytes : 0), 0);
      const parts = sizes.filter(({ file }) => !CONTENT.test(file));
      for (const { file, bytes } of parts) tell(line(`${file}${ASKED_FOR.test(file) ? ', when asked for' : ''}`, bytes));
      const paint = sum((file) => PAINTED.test(file));
      const first = sum((file) => !CONTENT.test(file) && !ASKED_FOR.test(file));
      const asked = sum((file) => ASKED_FOR.test(file));
      tell(`${line('until the first paint', paint)}, of ${kilobytes(LARGEST_PAINT).trim()} allowed`);
      tell(`${line('the first load, with the engine', first)}, of ${kilobytes(LARGEST).trim()} allowed`);
      tell(line('parts that are loaded when asked for', asked));
      tell(line('the whole page', first + asked));
      tell(
        line(
          'models and digits',
          sum((file) => CONTENT.test(file)),
        ),
      );
      if (paint > LARGEST_PAINT) this.error(`the first paint waits for ${paint} bytes gzipped, more than ${LARGEST_PAINT}`);
      if (first > LARGEST) this.error(`the page has ${first} bytes gzipped, more than the ${LARGEST} that visitors should wait for`);
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

const line = (what: string, bytes: number) => `${what.padEnd(52)} ${kilobytes(bytes)} gzipped`;

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1).padStart(6)} kB`;
}
