import { signal } from '@preact/signals';
import type { OwnModel } from '../../engine/contract/models.js';
import { writePreference } from '../lib/preferences.js';
import { openModel, ownNetwork, picture, showPicture } from '../state/input.js';
import { source, subject } from '../state/signals.js';
import { type Content, type Entry, keptFiles } from './database.js';

/** Why a file was not kept, or could not be read. */
export type KeepingProblem =
  | { readonly kind: 'full'; readonly needed: number; readonly free: number | null }
  | { readonly kind: 'refused' }
  | { readonly kind: 'gone'; readonly name: string };

export const entries = signal<readonly Entry[]>([]);
export const problem = signal<KeepingProblem | null>(null);

/** A network is told by its bytes, which stay the same whatever is chosen for it. */
interface Keepable {
  readonly kind: Entry['kind'];
  readonly name: string;
  readonly identity: object;
  readonly bytes: number;
  content(): Content;
}

/** The stamps of the files that are open and kept. */
const stamps = new WeakMap<object, string>();
/** The network as it was kept last, with what was chosen for it. */
let keptNetwork: OwnModel | null = null;

/** What is open and can be kept: the visitor's picture, the visitor's network. */
export function keepables(): readonly Keepable[] {
  const shown = subject.value?.origin === 'picture' ? picture.value : null;
  const network = ownNetwork();
  return [
    ...(shown === null
      ? []
      : [{ kind: 'picture' as const, name: shown.name, identity: shown, bytes: shown.size, content: () => ({ picture: shown }) }]),
    ...(network === null
      ? []
      : [
          {
            kind: 'network' as const,
            name: network.name,
            identity: network.bytes,
            bytes: sizeOf(network),
            content: () => ({ network: packed(network) }),
          },
        ]),
  ];
}

export function entryOf({ identity }: Keepable): Entry | undefined {
  const stamp = stamps.get(identity);
  return stamp === undefined ? undefined : entries.value.find((entry) => entry.stamp === stamp);
}

export async function refresh(): Promise<void> {
  await tried(async () => {
    entries.value = await keptFiles.list();
    writePreference('kept', entries.value.length > 0 ? 'some' : 'none');
  });
}

export async function keep(one: Keepable): Promise<void> {
  problem.value = null;
  const entry: Entry = { kind: one.kind, name: one.name, bytes: one.bytes, stamp: `${Date.now()}-${Math.random()}` };
  if (!(await tried(() => keptFiles.keep(entry, one.content()), entry.bytes))) return;
  stamps.set(one.identity, entry.stamp);
  if (one.kind === 'network') keptNetwork = ownNetwork();
  await refresh();
}

/** Keeps the network anew where something else was chosen for it since it was kept. */
export async function keepChoices(): Promise<void> {
  const one = keepables().find(({ kind }) => kind === 'network');
  if (one !== undefined && ownNetwork() !== keptNetwork && entryOf(one) !== undefined) await keep(one);
}

export async function remove(entry: Entry): Promise<void> {
  problem.value = null;
  await tried(() => keptFiles.remove(entry));
  await refresh();
}

export async function openKept(entry: Entry): Promise<void> {
  problem.value = null;
  let content: Content | undefined;
  if (!(await tried(async () => (content = await keptFiles.read(entry))))) return;
  if (content === undefined) {
    problem.value = { kind: 'gone', name: entry.name };
    return remove(entry);
  }
  if ('picture' in content) {
    stamps.set(content.picture, entry.stamp);
    source.value = 'picture';
    return showPicture(content.picture);
  }
  const network: OwnModel = { ...content.network, bytes: new Uint8Array(await content.network.bytes.arrayBuffer()) };
  stamps.set(network.bytes, entry.stamp);
  keptNetwork = network;
  source.value = 'model';
  await openModel(network);
}

const packed = ({ bytes, ...rest }: OwnModel) => ({ ...rest, bytes: new Blob([bytes as Uint8Array<ArrayBuffer>]) });

function sizeOf({ bytes, data = [], labels, sideFile = '', config = '', preprocessorConfig = '' }: OwnModel): number {
  const texts = [sideFile, config, preprocessorConfig].reduce((sum, text) => sum + text.length, 0);
  return bytes.length + (labels?.bytes.length ?? 0) + texts + data.reduce((sum, { file }) => sum + file.size, 0);
}

/** Whether what was asked of the browser was done. If not, `problem` says why. */
async function tried(ask: () => Promise<unknown>, needed = 0): Promise<boolean> {
  try {
    await ask();
    return true;
  } catch (error) {
    const full = error instanceof DOMException && error.name === 'QuotaExceededError';
    problem.value = full ? { kind: 'full', needed, free: await room() } : { kind: 'refused' };
    return false;
  }
}

/** How many bytes the browser would still keep, as far as it says. */
async function room(): Promise<number | null> {
  const { quota, usage } = (await navigator.storage?.estimate().catch(() => undefined)) ?? {};
  return quota === undefined || usage === undefined ? null : Math.max(0, quota - usage);
}
