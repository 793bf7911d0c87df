import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { commands } from '../../src/cli/commands/index.js';
import { Console, facts, grid, toJson } from '../../src/cli/console.js';
import { run } from '../../src/cli/program.js';
import { buildModelProto, encodeModel, floatTensor } from '../support/onnx_builder.js';

// A terminal obeys escapes in what is printed: it clears the screen, writes over lines, copies text to the clipboard, runs from right to left.

const CLEAR = '\u001b[2J';
const SHOWN = '\\u001b[2J';
/** What a terminal obeys, without the ends of lines that the command line writes itself. */
const OBEYED = /(?!\n)[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** What is written to both streams while `work` runs. */
async function written(work: () => unknown): Promise<string> {
  const texts: unknown[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      texts.push(text);
      return true;
    });
  }
  await work();
  vi.restoreAllMocks();
  return texts.join('');
}

afterEach(() => {
  vi.restoreAllMocks();
});

test('names in tables, notes and JSON are shown and not obeyed', async () => {
  const names = [CLEAR, 'a\nb', 'a\rb', '\u009b2J', '\u202eabc', '\u2028', '\u007f'];
  const console = new Console(false, false);
  for (const name of names) {
    const text = await written(() => {
      console.print(`${facts([['name', name]])}\n${grid(['name'], [[name]])}`);
      console.note(name);
      new Console(false, true).printJson({ [name]: name });
    });
    expect(text).not.toMatch(OBEYED);
    // A term, a heading, a cell, a note, three lines of JSON: a name adds none.
    expect(text.trimEnd().split('\n')).toHaveLength(7);
    expect(JSON.parse(toJson({ [name]: name }))).toEqual({ [name]: name });
  }
  expect(await written(() => console.print(`one\n${CLEAR}two`))).toBe(`one\n${SHOWN}two\n`);
});

test('inspect shows the escapes of a model, and so does a refusal', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pathlight-escapes-'));
  try {
    const proto = buildModelProto({
      name: CLEAR,
      producer: `\u009b2J`,
      inputs: { [`x${CLEAR}`]: [1, 1, 2, 2] },
      outputs: ['y'],
      nodes: [
        { op: 'Flatten', inputs: [`x${CLEAR}`], output: 'f' },
        { op: 'Gemm', name: `g${CLEAR}`, inputs: ['f', 'w'], output: 'y' },
      ],
      initializers: { w: floatTensor([4, 2], new Float32Array(8)) },
    });
    proto.metadataProps.push({ $typeName: 'onnx.StringStringEntryProto', key: 'names', value: JSON.stringify([CLEAR, 'b\u202e']) });
    const model = join(folder, 'm.onnx');
    writeFileSync(model, encodeModel(proto));
    const signal = new AbortController().signal;
    for (const flags of [[], ['--json']]) {
      const text = await written(async () => expect(await run(commands, ['inspect', model, ...flags], signal)).toBe(0));
      expect(text).not.toMatch(OBEYED);
      expect(text).toContain(flags.length === 0 ? SHOWN : '\\u001b[2J');
    }
    const refusal = await written(async () => expect(await run(commands, ['inspect', `${CLEAR}.onnx`], signal)).toBe(2));
    expect(refusal).toBe(`pathlight: ${SHOWN}.onnx: no such file\n`);
    expect(await written(() => run(commands, ['inspect', model, `--${CLEAR}`], signal))).not.toMatch(OBEYED);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
