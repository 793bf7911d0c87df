import { download, type Launch, Launcher, type Prepared } from '../../src/doctor/launcher.js';
import { kernelSource } from '../../src/gpu/kernels/source.js';
import { expandTemplate, type TemplateConstants } from '../../src/gpu/kernels/template.js';
import { countLoads } from './count_loads.js';

const texts = import.meta.glob(['./*.wgsl', '../../shaders/doctor/*.wgsl'], { query: '?raw', import: 'default', eager: true });
const own = new Map(Object.entries(texts as Record<string, string>).map(([path, text]) => [path.replace(/^.*\/|\.wgsl$/g, ''), text]));

/** The text of a kernel of this folder, or of those that measure an adapter, or else of a kernel that dispatches name. */
function sourceOf(name: string, constants?: TemplateConstants): string {
  const text = own.get(name);
  return text === undefined ? kernelSource(name, constants) : expandTemplate(name, text, constants);
}

/** Launches whose loads can be counted, too. */
export interface Counted extends Prepared {
  /** Bytes that one run loads from buffers. */
  countLoadedBytes(): Promise<number>;
}

/** Runs kernels of the bench, of the doctor and of the product. */
export class BenchLauncher {
  readonly #plain: Launcher;
  readonly #counting: Launcher;

  constructor(private readonly device: GPUDevice) {
    this.#plain = new Launcher(device, sourceOf);
    this.#counting = new Launcher(device, (name, constants) => countLoads(name, sourceOf(name, constants)).source);
  }

  async prepare(launches: readonly Launch[], outputSize: number): Promise<Counted> {
    const { device } = this;
    return {
      ...(await this.#plain.prepare(launches, outputSize)),
      countLoadedBytes: async () => {
        const counter = device.createBuffer({
          size: 16,
          usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
        });
        const counted = await this.#counting.prepare(
          launches.map((launch) => ({ ...launch, bindings: [...launch.bindings, counter] })),
          outputSize,
        );
        await counted.run();
        const [loads = 0] = new Uint32Array(await download(device, counter));
        counted.destroy();
        counter.destroy();
        return 4 * loads;
      },
    };
  }
}
