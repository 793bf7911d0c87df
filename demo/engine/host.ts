import { type Diagnosis, patchesOf, type Said, sharedScaleOf } from '../../src/app.js';
import { attribute, DeviceSource, PathlightError, pixelLayout, quantisedReading, type Session, sumChannels } from '../../src/index.js';
import type { Fit } from '../lib/fits.js';
import { present } from '../lib/present.js';
import { mapAnswer, readInput, settingsOf } from './compute/answers.js';
import { measureRules } from './compute/bench.js';
import { ExactMaps } from './compute/exact_maps.js';
import { layersOf } from './compute/layers.js';
import { layerCam, layerFacts, networkGraph } from './compute/network_graph.js';
import { moveToCpu, moveToGpu, type Opened, openModel, whyUnsupported } from './compute/open_model.js';
import { followPath } from './compute/path.js';
import { tryPresets } from './compute/presets.js';
import { findOutcomes, findRepair } from './compute/repair.js';
import { SecondModel } from './compute/second_model.js';
import type { DoctorNews, DoctorRequest } from './contract/device.js';
import type { RepairAnswer, RepairNews, RepairRequest } from './contract/edits.js';
import type { FileRequest, NamedFile } from './contract/files.js';
import type { Digit, Fitted, Reading } from './contract/inputs.js';
import type { AttributeAnswer, AttributeNews, AttributeRequest, CurvesAnswer, CurvesRequest } from './contract/maps.js';
import type { ModelSource, OpenModel } from './contract/models.js';
import { commandLine } from './exports/command_line.js';
import { makeFile, makeReport } from './exports/files.js';
import type { LastRepair } from './exports/report.js';
import { decodeFile, decodeMask, drawingInput, frameInput } from './inputs/decode.js';
import { digitsFor, takesDigits } from './inputs/digits.js';
import type { Shipped } from './inputs/shipped.js';
import { throttle } from './platform/throttle.js';
import { TrackedGpu } from './platform/tracked_gpu.js';
import { tuningDatabase } from './platform/tuning_database.js';
import type { DeviceNews } from './rpc/messages.js';
import type { Handlers } from './rpc/serve.js';

/** Pixels of an input whose maps are made in one part. */
const SMALL_INPUT = 64 * 64;

/** The engine inside the worker: runs its methods on the model that is open. */
export class EngineHost {
  #opened: Opened | undefined;
  #opening = 0;
  #exact = new ExactMaps();
  /** Requests that run, on the open model or on one before it. */
  readonly #running = new Set<Promise<unknown>>();
  #lastRepair: LastRepair | undefined;

  readonly #second: SecondModel;
  readonly #webgpu: GPU | undefined;
  readonly #gpu: TrackedGpu | undefined;
  /** One device for all models: the next model reuses what is compiled. Without WebGPU, the reason. */
  readonly #device: DeviceSource | Said;

  /** @param gpu WebGPU, or why there is none. */
  constructor(
    gpu: GPU | Said,
    private readonly tell: (news: DeviceNews) => void,
    private readonly shipped: Shipped,
  ) {
    if ('code' in gpu) {
      this.#device = gpu;
      this.#second = new SecondModel(shipped, gpu);
      return;
    }
    this.#webgpu = gpu;
    this.#gpu = new TrackedGpu(gpu, () => tell({ rebuilt: true }));
    this.#device = new DeviceSource(this.#gpu.tracked, typeof indexedDB === 'undefined' ? {} : { tuningStore: tuningDatabase() });
    this.#second = new SecondModel(shipped, this.#device);
  }

  /** One for every method of the engine. Those that need the open model count as running until they end. */
  readonly handlers: Handlers = {
    open: ([source], _, signal) => this.open(source, signal),
    digits: this.#counted((_, __, signal) => this.digits(signal)),
    decode: this.#counted(([file, fit]) => this.decode(file, fit)),
    frame: this.#counted(async ([frame, fit]) => frameInput(frame, fit, this.#session.preprocessing)),
    drawing: this.#counted(async ([pixels, side]) => drawingInput(pixels, side, this.#session.preprocessing)),
    mask: this.#counted(([file, fit]) => decodeMask(file, fit, this.#session.preprocessing)),
    layers: this.#counted(async () => layersOf(this.#session)),
    superpixels: this.#counted(async ([image, superpixels]) => patchesOf(this.#session.preprocessing, image, { superpixels })),
    predict: this.#counted(([image], _, signal) => this.predict(image, signal)),
    presets: this.#counted(([shown, fit], tell, signal) => tryPresets(this.#quickest, shown, fit, tell, signal)),
    quantised: this.#counted(([image], _, signal) => quantisedReading(this.#session, image, { signal })),
    attribute: this.#counted(([request], tell, signal) => this.attribute(request, tell, signal)),
    exact: this.#counted(([request], _, signal) => this.#exact.of(this.#session, request, signal)),
    path: this.#counted(([request], _, signal) => followPath(this.#session, request, signal)),
    repair: this.#counted(([request], tell, signal) => this.repair(request, tell, signal)),
    outcomes: this.#counted(([request], _, signal) => findOutcomes(this.#session, request, signal)),
    bench: this.#counted(([request], tell, signal) => measureRules(this.#session, request, tell, signal)),
    doctor: ([request], tell, signal) => this.doctor(request, tell, signal),
    compare: this.#counted(([request], _, signal) => this.#second.compare(request, signal)),
    curves: this.#counted(([request], _, signal) => this.curves(request, signal)),
    graph: this.#counted(() => networkGraph(this.#session)),
    layerFacts: this.#counted(async ([image, target]) => layerFacts(this.#session, image, target)),
    cam: this.#counted(([request], _, signal) => layerCam(this.#session, request, signal)),
    report: this.#counted(async ([request], _, signal) => makeReport(this.#session, request, this.#lastOf(request), signal)),
    file: this.#counted(([request], _, signal) => this.file(request, signal)),
    command: this.#counted(async ([request]) => commandLine(this.#session, this.#current.summary, request)),
    destroyDevice: this.#counted(async () => this.#gpu?.destroy()),
  };

  /** Opens a model, and closes the one before when its last request has ended. If several are being opened, only the last one is kept. */
  async open(source: ModelSource, signal: AbortSignal): Promise<OpenModel> {
    const turn = ++this.#opening;
    const opened = await openModel(source, this.shipped, this.#device, signal);
    if (turn !== this.#opening) {
      await opened.session.destroy();
      throw new PathlightError('page.superseded', { model: opened.summary.name });
    }
    const before = this.#opened;
    this.#opened = opened;
    this.#exact = new ExactMaps();
    this.#lastRepair = undefined;
    void Promise.allSettled(this.#running).then(() => before?.session.destroy());
    void this.#awaitGpu(opened);
    return opened.summary;
  }

  async digits(signal: AbortSignal): Promise<Digit[] | null> {
    const { session, summary } = this.#current;
    if (!takesDigits(session.preprocessing, summary.classes)) return null;
    return digitsFor(session, summary.shipped, await this.shipped.readDigits(), signal);
  }

  decode(file: Blob, fit: Fit | null): Promise<Fitted> {
    return decodeFile(file, fit, this.#session.preprocessing);
  }

  async predict(image: Float32Array, signal: AbortSignal): Promise<Reading> {
    return readInput(this.#quickest, image, signal);
  }

  async attribute(request: AttributeRequest, onNews: (news: AttributeNews) => void, signal: AbortSignal): Promise<AttributeAnswer> {
    const { image, questions, steps } = request;
    const settings = settingsOf(request);
    const tell = throttle(onNews);
    const started = performance.now();
    const { session, fallback } = this.#current;
    const layout = pixelLayout(session.preprocessing);
    const results = await attribute(
      (typeof steps === 'number' ? fallback?.forGradients(questions.length * steps * (settings.smooth ?? 1)) : undefined) ?? session,
      questions.map(() => image),
      {
        target: questions.map(({ target }) => target),
        contrast: questions.map(({ contrast }) => contrast),
        ...settings,
        signal,
        onProgress: (done, total) => tell({ done, total }),
        ...(canTakeLong(session) && {
          onPartial: (values: Float32Array, done: number, total: number) => {
            const size = values.length / questions.length;
            const parts = questions.map((_, i) => sumChannels(values.subarray(i * size, (i + 1) * size), layout));
            onNews({ done, total, partial: { maps: parts, scale: sharedScaleOf(parts).scale, share: done / total } });
          },
        }),
      },
    );
    if (fallback !== undefined) this.#keepUntil(fallback.compile());
    const maps = results.map((result) => mapAnswer(result, layout));
    const { cost } = present(results[0], 'a map for the first question');
    const { scale } = sharedScaleOf(maps.map(({ pixels }) => pixels));
    return { maps, scale, cost, milliseconds: performance.now() - started };
  }

  /** Searches for a repair. The answer is kept, since files are made of it. */
  async repair(request: RepairRequest, onNews: (news: RepairNews) => void, signal: AbortSignal): Promise<RepairAnswer> {
    const session = this.#session;
    const answer = await findRepair(session, request, onNews, signal);
    if (this.#opened?.session === session) this.#lastRepair = { request, answer };
    return answer;
  }

  /** The doctor's part of the library is loaded when it is first asked for. Its device is not the models', whose loss visitors are told of. */
  async doctor(request: DoctorRequest, onNews: (news: DoctorNews) => void, signal: AbortSignal): Promise<Diagnosis> {
    if (this.#webgpu === undefined) throw new PathlightError('gpu.no-adapter');
    const { examineAdapter } = await import('./compute/doctor.js');
    return examineAdapter(this.#webgpu, request, onNews, signal);
  }

  /** The part of the library that measures maps is loaded when it is first asked for. */
  async curves(request: CurvesRequest, signal: AbortSignal): Promise<CurvesAnswer> {
    const { session, fallback } = this.#current;
    const { curvesOf } = await import('./compute/curves.js');
    return curvesOf(fallback?.forGradients(request.image.length) ?? session, request, signal);
  }

  file(request: FileRequest, signal: AbortSignal): Promise<NamedFile> {
    const { session, summary } = this.#current;
    return makeFile(session, summary, request, this.#lastOf(request), signal);
  }

  /** The last repair, where the page shows it and it is of this image. */
  #lastOf({ image, repaired }: Pick<FileRequest, 'image' | 'repaired'>): LastRepair | undefined {
    const last = this.#lastRepair;
    const same = last?.request.image.length === image.length && last.request.image.every((value, i) => value === image[i]);
    return repaired && same ? last : undefined;
  }

  /** The same handler, with its requests in `#running` until they end. A request that loses its device for good is repeated on the processor. */
  #counted<Request extends readonly unknown[], T>(handler: (...request: Request) => Promise<T>): (...request: Request) => Promise<T> {
    return (...request) => {
      const opened = this.#opened;
      const running = handler(...request).catch((error: unknown) => {
        const reason = whyUnsupported(error);
        if (reason === undefined || opened === undefined) throw error;
        this.#leaveGpu(opened, reason);
        return handler(...request);
      });
      this.#keepUntil(running);
      return running;
    };
  }

  /** The processor takes over a model whose device is lost, where WebGPU gives no other. */
  #leaveGpu(opened: Opened, reason: Said): void {
    if (this.#opened !== opened) return;
    this.#replace(opened, moveToCpu(opened, reason));
  }

  /** Moves a model to the adapter when WebGPU, which did not answer in time, answers. */
  async #awaitGpu(opened: Opened): Promise<void> {
    const device = this.#device;
    if ('code' in device || opened.summary.device.reason?.code !== 'page.gpu-silent') return;
    await this.#gpu?.answered();
    if (this.#opened !== opened) return;
    const moved = await moveToGpu(opened, device);
    if (this.#opened === opened) {
      this.#replace(opened, moved);
      if (moved.fallback !== undefined) this.#keepUntil(moved.fallback.compile());
    } else if (moved.session !== opened.session) await moved.session.destroy();
  }

  /** The open model goes on on another device. */
  #replace(before: Opened, now: Opened): void {
    this.#opened = now;
    if (now.session !== before.session) void Promise.allSettled(this.#running).then(() => before.session.destroy());
    this.tell({ device: now.summary.device });
    void this.#awaitGpu(now);
  }

  /** Keeps all models open until this work has ended. */
  #keepUntil(work: Promise<unknown>): void {
    const ended = () => this.#running.delete(work);
    this.#running.add(work);
    work.then(ended, ended);
  }

  get #current(): Opened {
    if (this.#opened === undefined) throw new PathlightError('page.no-model');
    return this.#opened;
  }

  get #session(): Session {
    return this.#current.session;
  }

  /** What answers a reading first: the processor, while a software adapter compiles the kernels. */
  get #quickest(): Session {
    return this.#current.fallback?.forGradients(0) ?? this.#session;
  }
}

/** Whether maps of a network can take so long that parts of them are shown: the inputs of small networks are integrated in one part. */
function canTakeLong({ preprocessing: { width, height } }: Session): boolean {
  return width * height > SMALL_INPUT;
}
