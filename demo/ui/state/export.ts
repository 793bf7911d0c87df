import { signal as createSignal, effect } from '@preact/signals';
import type { FileRequest } from '../../engine/contract.js';
import { present } from '../../lib/present.js';
import { settingsOf } from './maps.js';
import { save } from './save.js';
import { type Maps, maps, model, problems, repaired, truth } from './signals.js';
import { attempt, createLatest, engine, saidBy } from './tasks.js';

/** The command line that makes the last map of the page. */
export const command = createSignal('');

const commands = createLatest();

/** The name of the picture in files. */
const inputName = ({ subject }: Maps) => `${subject.name}.png`;
/** Where the command finds the picture: those that are rendered come with the package. */
const inputPath = (shown: Maps) => `${shown.subject.origin === 'scene' ? 'models/scenes/' : ''}${inputName(shown)}`;

effect(() => {
  const current = maps.value;
  const open = model.peek();
  if (current === null || open === null) return;
  const signalOf = commands.next();
  const { question } = present(current.list.at(-1), 'the last map');
  engine()
    .command({ ...settingsOf(current.settings), question, model: open.name, input: inputPath(current) }, signalOf)
    .then(
      (text) => {
        if (!signalOf.aborted) command.value = text;
      },
      (error: unknown) => {
        if (!signalOf.aborted) problems.export.value = { engine: saidBy(error) };
      },
    );
});

/** Makes a file and lets the browser save it. Files that are asked for while others are being made come, too. */
export async function download(kind: FileRequest['kind'], index: number): Promise<void> {
  const current = maps.value;
  const open = model.value;
  if (current === null || open === null) return;
  const request: FileRequest = {
    ...settingsOf(current.settings),
    image: current.subject.image,
    questions: current.list.map(({ question }) => question),
    kind,
    index,
    model: open.name,
    input: inputName(current),
    truth: truth.value,
    repaired: repaired.value !== null,
  };
  const { signal } = new AbortController();
  const file = await attempt(problems.export, signal, () => engine().file(request, signal));
  if (file !== undefined) save(file);
}
