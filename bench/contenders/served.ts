import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { openDawn } from '../../src/node/dawn.js';
import { CannotRun, type Contender, type Job } from '../harness/contender.js';
import { decode, encode } from '../page/base64.js';
import { findModel } from '../sections/section.js';
import { createNodeContender } from './node.js';

/*
 * Pathlight in a Node of its own, which a command starts: for a software adapter that this machine's Node cannot load. Each line of stdin is a JSON request, each
 * line of stdout a JSON answer.
 */

type Request = { readonly load: string } | Job;
interface Answer {
  readonly adapter?: string;
  readonly map?: string;
  readonly milliseconds?: number;
}

/** The served side: `node bench/run.mjs contenders/served.ts`. */
export async function main(): Promise<void> {
  const dawn = await openDawn({ adapter: 'software' });
  if (!('gpu' in dawn)) throw new Error(dawn.reason);
  const contender = createNodeContender(dawn, (name) => findModel(name) ?? new Uint8Array());
  const say = (answer: Answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
  say({ adapter: dawn.adapter });
  for await (const line of createInterface({ input: process.stdin })) {
    const request: Request = JSON.parse(line);
    if ('load' in request) {
      await contender.load(request.load);
      say({});
    } else {
      const { map, milliseconds } = await contender.attribute(request);
      say({ map: encode(map), milliseconds });
    }
  }
  await contender.close();
  dawn.release();
}

/** A contender that such a process serves. @param command what starts it, up to `node`; it runs in the project's folder. */
export async function openServed(name: string, command: string): Promise<Contender & { readonly adapter: string }> {
  const [program = '', ...args] = `${command} node bench/run.mjs contenders/served.ts`.trim().split(/\s+/);
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = new Promise<undefined>((resolve) => child.once('error', () => resolve(undefined)).once('close', () => resolve(undefined)));
  child.stdin.on('error', () => {}); // `ended` reports a process that has ended.
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<Answer> => {
    const next = await Promise.race([lines.next(), ended]);
    if (next === undefined || next.done) throw new CannotRun(`the process of ${name} ended`);
    return JSON.parse(next.value);
  };
  const ask = (request: Request): Promise<Answer> => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    return answer();
  };
  const { adapter = '' } = await answer();
  return {
    name,
    adapter,
    async load(network) {
      await ask({ load: network });
    },
    async attribute(job) {
      const { map = '', milliseconds = Number.NaN } = await ask(job);
      return { map: new Float32Array(decode(map)), milliseconds };
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
