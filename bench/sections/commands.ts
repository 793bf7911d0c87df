import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { grid } from '../../src/cli/console.js';
import { formatMilliseconds } from '../harness/report.js';
import type { Setting } from './section.js';

/** What a user waits for: a whole command, from its start to its end, with everything that it reads, compiles and writes. */
export interface CommandTimes {
  readonly work: string;
  readonly device: string;
  /** Milliseconds of each round. */
  readonly milliseconds: readonly number[];
}

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const DIGIT = 'models/study/7-read-as-1.png';
const CAR = 'models/scenes/car-meadow.png';
const WORK: Readonly<Record<string, readonly string[]>> = {
  'attribute digits, 64 steps': ['attribute', 'models/digits.onnx', DIGIT, '--target', '7', '--steps', '64'],
  'repair digits-naive': ['repair', 'models/digits-naive.onnx', DIGIT, '--target', '7'],
  'attribute scenes, 64 steps': ['attribute', 'models/scenes.onnx', CAR, '--target', 'car', '--steps', '64'],
  'attribute SqueezeNet 1.1, 32 steps': [
    ...['attribute', '../shared/models/squeezenet1.1.onnx', CAR],
    ...['--preprocess', 'imagenet', '--target', '817', '--steps', '32'],
  ],
};
const ROUNDS = 5;

/** Times whole commands on each device, in turns. PATHLIGHT_BENCH_LAVAPIPE is a command that runs another one where Mesa's lavapipe is. */
export function runCommands({ dawn, quick, log, print, save }: Setting): CommandTimes[] {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: PROJECT, stdio: 'ignore' });
  const lavapipe = process.env.PATHLIGHT_BENCH_LAVAPIPE;
  const devices: Readonly<Record<string, Start>> = {
    [dawn.adapter]: { before: [], choice: dawn.kind === 'software' ? 'software' : 'gpu' },
    ...(lavapipe !== undefined && { lavapipe: { before: lavapipe.split(/\s+/).filter((word) => word !== ''), choice: 'software' } }),
    'float64 executor': { before: [], choice: 'cpu' },
  };
  const out = mkdtempSync(join(tmpdir(), 'pathlight-bench-'));
  const times: { work: string; device: string; milliseconds: number[] }[] = [];
  try {
    for (const [work, words] of Object.entries(WORK)) {
      if (!existsSync(join(PROJECT, words[1]!))) {
        log(`${work} is left out: ../shared is missing`);
        continue;
      }
      const rows = Object.keys(devices).map((device) => ({ work, device, milliseconds: [] as number[] }));
      times.push(...rows);
      for (let round = 0; round < (quick ? 1 : ROUNDS); round++) {
        for (const row of rows) {
          row.milliseconds.push(timeOf(devices[row.device]!, [...words, '--out', out]));
          log(`${work}: ${row.device} ${formatMilliseconds(row.milliseconds.at(-1)!)}`);
        }
        save('commands', { times });
      }
    }
  } finally {
    rmSync(out, { recursive: true });
  }
  print(tableOf(times));
  return times;
}

/** How a command starts on a device: the words before `node`, and its `--device`. */
interface Start {
  readonly before: readonly string[];
  readonly choice: 'gpu' | 'software' | 'cpu';
}

/** @throws an Error with what the command wrote where it fails. */
function timeOf({ before, choice }: Start, words: readonly string[]): number {
  const [program = '', ...args] = [...before, 'node', 'dist/cli.js', ...words, '--device', choice];
  const started = performance.now();
  execFileSync(program, args, { cwd: PROJECT, stdio: ['ignore', 'ignore', 'pipe'] });
  return performance.now() - started;
}

function tableOf(times: readonly CommandTimes[]): string {
  const rows = times.map(({ work, device, milliseconds }) => {
    const sorted = [...milliseconds].sort((a, b) => a - b);
    return [work, device, formatMilliseconds(sorted[0]!), formatMilliseconds(sorted[Math.floor(sorted.length / 2)]!)];
  });
  return ['\nWhole commands, in milliseconds', grid(['command', 'device', 'least>', 'median>'], rows)].join('\n');
}
