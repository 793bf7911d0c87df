import { describeGraph, messageOf, type Said } from '../../../src/app.js';
import {
  builtInLabels,
  createSession,
  type DeviceSource,
  GpuUnsupportedError,
  LABEL_LISTS,
  type LabelList,
  PathlightError,
  Session,
  type SessionOptions,
} from '../../../src/index.js';
import { present } from '../../lib/present.js';
import type { ShippedModel } from '../../lib/shipped.js';
import type { ModelSource, OpenModel } from '../contract/models.js';
import { choicesOf, settingsOf } from '../inputs/described.js';
import type { Shipped } from '../inputs/shipped.js';
import { blackImage } from './black_image.js';
import { CpuFallback } from './cpu_fallback.js';
import { isQuicklyQuantised } from './limits.js';

/** The settings that say how a picture becomes an input. A side file may have none of them and only name the classes. */
const SETTINGS = ['range', 'mean', 'std'] as const;

/** A model that is open. */
export interface Opened {
  readonly session: Session;
  /** Answers until a software adapter has compiled its kernels. */
  readonly fallback: CpuFallback | undefined;
  readonly summary: OpenModel;
}

/** Reads a model and runs it once. Where WebGPU gives no device the CPU executor is used. Throws PathlightError for files that cannot be run. */
export async function openModel(source: ModelSource, files: Shipped, device: DeviceSource | Said, signal: AbortSignal): Promise<Opened> {
  const { name, bytes, shipped, ...described } = await read(source, files, signal);
  const chosen = 'shipped' in source ? undefined : source.labelList;
  const [{ session, assumed }, reason] = await createOn(device, async (options) => {
    const made = await createSession(bytes, { ...(await settingsOf(described)), ...options });
    return chosen === undefined ? named(made, options) : { session: made };
  });
  try {
    signal.throwIfAborted();
    const { fallback, device: found } = await warmUp(session, signal);
    const summary = summarise(session, {
      name,
      shipped,
      labelList: assumed !== undefined ? { name: assumed, assumed: true } : isList(chosen) ? { name: chosen, assumed: false } : null,
      choices: 'shipped' in source ? {} : choicesOf(source),
      preset: 'shipped' in source ? null : source.pixels ? 'own' : (source.preset ?? null),
      preprocessingFound: SETTINGS.some((name) => session.preprocessing.from[name] !== undefined),
      device: { ...found, ...(reason !== undefined && { reason }) },
    });
    return { session, fallback, summary };
  } catch (error) {
    await session.destroy();
    throw error;
  }
}

/**
 * The model that the processor computes, on the GPU, whose device came late. It stays on the processor, with the new reason, where the GPU
 * cannot have it.
 */
export async function moveToGpu(opened: Opened, device: DeviceSource): Promise<Opened> {
  const { graph, info, preprocessing, readQuantised } = opened.session;
  const session = new Session(graph, info, preprocessing, { device }, readQuantised);
  try {
    const { fallback, device: found } = await warmUp(session);
    return { session, fallback, summary: { ...opened.summary, device: found } };
  } catch (error) {
    await session.destroy();
    const reason = error instanceof PathlightError ? messageOf(error) : whyNoDevice(error);
    return { ...opened, summary: { ...opened.summary, device: { ...opened.summary.device, reason } } };
  }
}

/** The model on the processor, where its device is lost and WebGPU gives no other. */
export function moveToCpu({ session: lost, summary }: Opened, reason: Said): Opened {
  const session = new Session(lost.graph, lost.info, lost.preprocessing, {}, lost.readQuantised);
  const { adapter } = session.reference();
  return { session, fallback: undefined, summary: { ...summary, device: { kind: 'cpu', adapter, reason } } };
}

/**
 * Runs a model once. That compiles the kernels, and finds out whether the model fits the device, before the visitor asks for anything. It is
 * left out if a fallback answers first.
 */
async function warmUp(session: Session, signal?: AbortSignal): Promise<Pick<Opened, 'fallback'> & Pick<OpenModel, 'device'>> {
  const executor = await session.executor();
  const { kind, adapter } = executor;
  const fallback = kind === 'software' ? CpuFallback.of(session) : undefined;
  // Whatever the model makes of a black picture: for some it is no number.
  if (fallback === undefined) await executor.forward(blackImage(session), 1, { ...(signal && { signal }) });
  return { fallback, device: { kind, adapter } };
}

async function read(source: ModelSource, { readShipped }: Shipped, signal: AbortSignal) {
  if (!('shipped' in source)) return { ...source, shipped: null };
  return { name: `${source.shipped}.onnx`, ...(await readShipped(source.shipped, signal)), shipped: source.shipped as ShippedModel | null };
}

type Options = Pick<SessionOptions, 'device'>;

interface Named {
  readonly session: Session;
  /** The list whose names the classes were given. */
  readonly assumed?: LabelList;
}

/** Lists that fit a network by their length alone. Ten classes may be anything. */
const ASSUMED: readonly LabelList[] = ['imagenet', 'imagenet-1001'];

/** The session with the names that its classes most probably have, where nothing says them. */
async function named(session: Session, options: Options): Promise<Named> {
  const { graph, info, preprocessing, readQuantised } = session;
  const list = preprocessing.labels === undefined ? ASSUMED.find((name) => LABEL_LISTS[name] === classesOf(session)) : undefined;
  if (list === undefined) return { session };
  const labels = await builtInLabels(list);
  return { session: new Session(graph, info, { ...preprocessing, labels }, options, readQuantised), assumed: list };
}

function isList(choice: LabelList | 'numbers' | undefined): choice is LabelList {
  return choice !== undefined && choice !== 'numbers';
}

/** A session on the GPU; if there is none, on the CPU, with the reason. */
async function createOn(device: DeviceSource | Said, create: (options: Options) => Promise<Named>): Promise<[Named, Said?]> {
  if ('code' in device) return [await create({}), device];
  const made = await create({ device });
  try {
    await made.session.executor();
    return [made];
  } catch (error) {
    await made.session.destroy();
    return [await create({}), whyNoDevice(error)];
  }
}

/** What an error says that means that there is no device; undefined for any other error. */
export function whyUnsupported(error: unknown): Said | undefined {
  if (!(error instanceof GpuUnsupportedError)) return undefined;
  const { code, values, message } = error;
  return { code, values, message };
}

/** Why there is no device. An error that is about the model, and not about the device, is thrown. */
function whyNoDevice(error: unknown): Said {
  const reason = whyUnsupported(error);
  if (reason !== undefined) return reason;
  if (error instanceof PathlightError) throw error;
  // An implementation that lacks a part of the API, as the limits or the description of an adapter.
  const detail = error instanceof Error ? error.message : String(error);
  return messageOf(new PathlightError('page.gpu-failed', { asked: 'device', detail }));
}

function classesOf({ graph }: Pick<Session, 'graph'>): number {
  return graph.output.shape.reduce((size, axis) => size * axis, 1);
}

function summarise(
  { graph, info, preprocessing, multiLabel, binary, notes }: Session,
  facts: Pick<OpenModel, 'name' | 'shipped' | 'labelList' | 'choices' | 'preset' | 'preprocessingFound' | 'device'>,
): OpenModel {
  return {
    ...facts,
    classes: classesOf({ graph }),
    multiLabel,
    binary,
    quantised: info.quantisers > 0 ? { quick: isQuicklyQuantised({ graph }) } : null,
    outputs: [info.output, ...info.furtherOutputs],
    dataFiles: info.dataFiles,
    notes,
    preprocessing,
    sizeOpen: info.openAxes.some(({ role }) => role === 'height' || role === 'width'),
    description: describeGraph(graph),
    layers: graph.nodes.map(({ op, name, output }) => ({ op, name, shape: present(graph.shapes.get(output), `the shape of ${output}`) })),
  };
}
