import { effect, signal } from '@preact/signals';
import type { FileRequest } from '../../engine/contract.js';
import { sharedScale } from '../lib/pixels.js';
import { requestOf } from './explain.js';
import { type Maps, maps, model, problems, truth } from './page.js';
import { attempt, createLatest, engine, sentenceOf } from './tasks.js';

/** The command line that does the same. */
export const command = signal('');

const commands = createLatest();

/** What files and commands call the picture. */
const inputName = ({ subject }: Maps) => `${subject.name}.png`;

effect(() => {
  const current = maps.value;
  const open = model.peek();
  if (current === null || open === null) return;
  const { image: _, questions, ...rest } = requestOf(current);
  const signalOf = commands.next();
  const question = questions.at(-1)!;
  engine()
    .command({ ...rest, question, model: open.name, input: inputName(current) }, signalOf)
    .then(
      (text) => {
        if (!signalOf.aborted) command.value = text;
      },
      (error: unknown) => {
        if (!signalOf.aborted) problems.export.value = { engine: sentenceOf(error) };
      },
    );
});

const files = createLatest();

/** Makes a file and hands it to the browser. */
export async function download(kind: FileRequest['kind'], index: number): Promise<void> {
  const current = maps.value;
  if (current === null) return;
  const signalOf = files.next();
  const request: FileRequest = {
    ...requestOf(current),
    kind,
    index,
    scale: sharedScale(current.pixels),
    model: model.value!.name,
    input: inputName(current),
    truth: truth.value,
  };
  const file = await attempt(problems.export, signalOf, () => engine().file(request, signalOf));
  if (file === undefined) return;
  const url = URL.createObjectURL(new Blob([file.bytes as Uint8Array<ArrayBuffer>], { type: file.type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = file.name;
  link.click();
  // The browser has taken the address by then; until it is revoked the bytes stay in memory.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
