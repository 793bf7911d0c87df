import { signal as createSignal, effect } from '@preact/signals';
import type { FileRequest, NamedFile } from '../../engine/contract/files.js';
import { present } from '../../lib/present.js';
import { takenInput } from '../lib/taken_input.js';
import { settingsOf } from './maps.js';
import { save } from './save.js';
import { maps, model, problems, repaired, truth } from './signals.js';
import { attempt, createLatest, engine, saidBy } from './tasks.js';

/** The command line that makes the last map of the page. */
export const command = createSignal('');

const commands = createLatest();

effect(() => {
  const current = maps.value;
  const open = model.peek();
  if (current === null || open === null) return;
  const signalOf = commands.next();
  const { question } = present(current.list.at(-1), 'the last map');
  const { input, fit } = takenInput(current.subject, open.preprocessing);
  // Pictures that are rendered come with the package.
  const path = current.subject.origin === 'scene' ? `models/scenes/${input}` : input;
  engine()
    .command({ ...settingsOf(current.settings), question, model: open.name, input: path, ...(fit && { fit }) }, signalOf)
    .then(
      (text) => {
        if (!signalOf.aborted) command.value = text;
      },
      (error: unknown) => {
        if (!signalOf.aborted) problems.export.value = { engine: saidBy(error) };
      },
    );
});

/** A file that is being made. */
interface Saving {
  readonly kind: FileKind;
  readonly number: number;
  stop(): void;
}

/** The files that are being made, those that were asked for first before the others. */
export const savings = createSignal<readonly Saving[]>([]);
let asked = 0;

/** A file of the engine's, or the report, which the page writes. */
export type FileKind = FileRequest['kind'] | 'report';

/** Makes a file and lets the browser save it. Files that are asked for while others are being made come, too. */
export async function download(kind: FileKind, index: number): Promise<void> {
  const current = maps.value;
  const open = model.value;
  if (current === null || open === null) return;
  const request: Omit<FileRequest, 'kind'> = {
    ...settingsOf(current.settings),
    image: current.subject.image,
    questions: current.list.map(({ question }) => question),
    index,
    model: open.name,
    ...takenInput(current.subject, open.preprocessing),
    repaired: repaired.value !== null,
  };
  const controller = new AbortController();
  const { signal } = controller;
  const saving: Saving = { kind, number: asked++, stop: () => controller.abort() };
  savings.value = [...savings.value, saving];
  const file = await attempt(problems.export, signal, async () => {
    if (kind === 'report') return report(request, signal);
    const written = kind === 'zip' && request.repaired ? await report(request, signal) : undefined;
    return engine().file({ ...request, kind, ...(written && { report: new TextDecoder().decode(written.bytes) }) }, signal);
  });
  savings.value = savings.value.filter((one) => one !== saving);
  if (file !== undefined) save(file);
}

/** `report.html` of the last repair, in the page's language. What writes it is loaded when the first one is asked for. */
async function report(request: Omit<FileRequest, 'kind'>, signalOf: AbortSignal): Promise<NamedFile> {
  const [facts, { reportFile }] = await Promise.all([engine().report(request, signalOf), import('../report/report_file.js')]);
  return reportFile(facts, { model: request.model, input: request.input, truth: truth.value });
}
