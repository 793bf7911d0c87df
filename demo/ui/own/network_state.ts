import { effect, signal } from '@preact/signals';
import type { CamAnswer } from '../../engine/contract/maps.js';
import type { LayerFacts, NetworkGraph, NetworkNode, OpenModel } from '../../engine/contract/models.js';
import type { Problem } from '../controls/notice.js';
import { model, reading, type Subject, subject } from '../state/signals.js';
import { attempt, createLatest, engine } from '../state/tasks.js';

/** The graph of the open network. null before it is asked for. */
export const graph = signal<(NetworkGraph & { readonly model: OpenModel }) | null>(null);

/** What belongs to the picture that is shown, and to one class. */
interface Of {
  readonly subject: Subject;
  readonly target: number;
}

export const facts = signal<(Of & { readonly layers: LayerFacts }) | null>(null);
export const cam = signal<(Of & CamAnswer & { readonly node: NetworkNode }) | null>(null);
/** What is being computed. */
export const working = signal<'graph' | 'facts' | 'cam' | null>(null);
/** The node that was chosen: its output. */
export const chosen = signal<string | null>(null);
export const problem = signal<Problem | null>(null);

const runs = createLatest();

async function run<T>(what: 'graph' | 'facts' | 'cam', request: (signalOf: AbortSignal) => Promise<T>): Promise<T | undefined> {
  const signalOf = runs.next();
  working.value = what;
  const answer = await attempt(problem, signalOf, () => request(signalOf));
  if (!signalOf.aborted) working.value = null;
  return answer;
}

export async function askGraph(): Promise<void> {
  const open = model.value;
  if (open === null || isOf(graph.value?.model, open)) return;
  const answer = await run('graph', (signalOf) => engine().graph(signalOf));
  if (answer !== undefined) graph.value = { ...answer, model: open };
}

/** The same network, even where it has moved to another device. */
export function isOf(one: OpenModel | undefined, other: OpenModel): boolean {
  return one?.layers === other.layers;
}

/** Looks for dead units and zero gradients, for the class that is read. */
export async function askFacts(): Promise<void> {
  const of = current();
  if (of === null) return;
  const layers = await run('facts', (signalOf) => engine().layerFacts(of.subject.image, of.target, signalOf));
  if (layers !== undefined) facts.value = { ...of, layers };
}

/** Makes the class activation map of a layer, for the class that is read. */
export async function askCam(node: NetworkNode): Promise<void> {
  chosen.value = node.output;
  const of = current();
  if (of === null || !node.hasPlane) return;
  const { image } = of.subject;
  const answer = await run('cam', (signalOf) => engine().cam({ image, target: of.target, output: node.output }, signalOf));
  if (answer !== undefined) cam.value = { ...of, ...answer, node };
}

export function stop(): void {
  runs.stop();
  working.value = null;
}

function current(): Of | null {
  return subject.value === null || reading.value === null ? null : { subject: subject.value, target: reading.value.class };
}

// What was found for one picture or network says nothing of another.
effect(() => {
  const shown = subject.value;
  if (facts.peek()?.subject !== shown) facts.value = null;
  if (cam.peek()?.subject !== shown) cam.value = null;
});
effect(() => {
  const open = model.value;
  const drawn = graph.peek();
  if (drawn === null || (open !== null && isOf(drawn.model, open))) return;
  stop();
  graph.value = null;
  chosen.value = null;
});
