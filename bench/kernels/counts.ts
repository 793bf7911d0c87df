import Table from 'cli-table3';
import { WORKGROUP_TILES, type WorkgroupTile, workgroupBytes, workgroupSize } from '../../src/gpu/kernels/workgroup_tiles.js';

/** A GPU by the limits of one of its cores: what NVIDIA calls a multiprocessor, AMD a workgroup processor, Intel an Xe-core. */
interface Card {
  readonly name: string;
  readonly cores: number;
  /** Bytes of registers, and of workgroup memory. */
  readonly registers: number;
  readonly workgroupMemory: number;
  /** Invocations and workgroups that it holds at a time. */
  readonly invocations: number;
  readonly workgroups: number;
  /** Numbers in the registers of an invocation at most. */
  readonly most: number;
}

const KIB = 1024;
/** docs/gpu.md has the sources. */
const CARDS: readonly Card[] = [
  { name: 'H100', cores: 132, registers: 256 * KIB, workgroupMemory: 227 * KIB, invocations: 2048, workgroups: 32, most: 255 },
  { name: 'RTX 3070', cores: 46, registers: 256 * KIB, workgroupMemory: 100 * KIB, invocations: 1536, workgroups: 16, most: 255 },
  { name: 'M2', cores: 10, registers: 208 * KIB, workgroupMemory: 60 * KIB, invocations: 3072, workgroups: 96, most: 128 },
  { name: 'RX 7900 XTX', cores: 48, registers: 768 * KIB, workgroupMemory: 128 * KIB, invocations: 2048, workgroups: 64, most: 256 },
  { name: 'Arc A770', cores: 32, registers: 512 * KIB, workgroupMemory: 128 * KIB, invocations: 1024, workgroups: 64, most: 128 },
];

/** Products of layers: outputs, places and depth. */
const LAYERS: readonly (readonly [name: string, outputs: number, places: number, depth: number])[] = [
  ['ResNet-50: 7x7, 3 -> 64, 112x112', 64, 112 * 112, 147],
  ['3x3, 64 -> 64, 56x56', 64, 56 * 56, 576],
  ['1x1, 64 -> 256, 56x56', 256, 56 * 56, 64],
  ['3x3, 128 -> 128, 28x28', 128, 28 * 28, 1152],
  ['3x3, 256 -> 256, 14x14', 256, 14 * 14, 2304],
  ['1x1, 1,024 -> 256, 14x14', 256, 14 * 14, 1024],
  ['3x3, 512 -> 512, 7x7', 512, 7 * 7, 4608],
  ['2,048 -> 1,000', 1000, 1, 2048],
  ['MobileNetV2: 1x1, 32 -> 192, 56x56', 192, 56 * 56, 32],
  ['1x1, 64 -> 384, 14x14', 384, 14 * 14, 64],
  ['1x1, 576 -> 96, 14x14', 96, 14 * 14, 576],
  ['1x1, 320 -> 1,280, 7x7', 1280, 7 * 7, 320],
];
/** A chunk of an integral, and the quad of samples that a photograph's network may have memory for. */
const SAMPLES = [64, 4];

/** The last stages of ResNet-50 and the layers of other networks with the fewest outputs, with samples for one quad and for two. */
const LATE: readonly (readonly [name: string, outputs: number, places: number, depth: number])[] = [
  ['ResNet-50: 1x1, 1,024 -> 256, 14x14', 256, 196, 1024],
  ['3x3, 256 -> 256, 14x14', 256, 196, 2304],
  ['1x1, 256 -> 1,024, 14x14', 1024, 196, 256],
  ['1x1, 2,048 -> 512, 7x7', 512, 49, 2048],
  ['3x3, 512 -> 512, 7x7', 512, 49, 4608],
  ['1x1, 512 -> 2,048, 7x7', 2048, 49, 512],
  ['2,048 -> 1,000', 1000, 1, 2048],
  ['MobileNetV2: 1x1, 960 -> 160, 7x7', 160, 49, 960],
  ['DenseNet-121: 3x3, 128 -> 32, 7x7', 32, 49, 1152],
];
const FEW_SAMPLES = [4, 8];
/** Multiply-adds of an H100 in a microsecond. */
const H100_RATE = 33.5e6;

type ProductTile = Exclude<WorkgroupTile, { readonly shares: 'row' }>;

const PRODUCT_TILES = WORKGROUP_TILES.filter((tile): tile is ProductTile => tile.shares !== 'row');

/** Numbers in an invocation's registers: sums, the operands of a step, what is on its way from memory, and a dozen for addresses. */
function registersOf({ shares, constants }: ProductTile): { readonly sums: number; readonly all: number } {
  if (shares === 'values') return { sums: 64, all: 64 + 32 + 12 };
  const { OUTPUTS, QUADS, EACH, DEPTH, SLICES } = constants;
  const members = (OUTPUTS / 8) * (QUADS / EACH);
  const loads = (DEPTH * (QUADS + OUTPUTS / 4)) / members;
  const sums = 32 * EACH;
  return { sums, all: sums + 8 + 4 * EACH + 4 * loads + 12 + (SLICES > 1 ? 2 : 0) };
}

/** Bytes that a multiply-add costs: from global memory, where each tile is loaded once, and from workgroup memory. */
function bytesOf({ shares, constants }: ProductTile): { readonly global: number; readonly workgroup: number } {
  if (shares === 'values')
    return { global: (16 * (constants.ROWS + constants.COLUMNS)) / (4 * constants.ROWS * constants.COLUMNS), workgroup: 2 };
  const { OUTPUTS, QUADS, EACH } = constants;
  return { global: (4 * OUTPUTS + 16 * QUADS) / (4 * OUTPUTS * QUADS), workgroup: (32 + 16 * EACH) / (32 * EACH) };
}

/** Workgroups that a core holds at a time. */
function residentOn(card: Card, tile: ProductTile): number {
  const size = workgroupSize(tile);
  const allocated = Math.ceil(registersOf(tile).all / 8) * 8;
  return Math.min(
    card.workgroups,
    Math.floor(card.invocations / size),
    Math.floor(card.registers / (4 * allocated * size)),
    Math.floor(card.workgroupMemory / workgroupBytes(tile)),
  );
}

function print(head: string[], rows: readonly (string | number)[][]): void {
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const row of rows) table.push(row);
  console.log(table.toString());
}

/**
 * What the tiles in workgroup memory cost and how they fill GPUs, counted from the tiles themselves; nothing is run.
 *
 *   node bench/run.mjs kernels/counts.ts
 */
export async function main(): Promise<void> {
  print(
    ['tile', 'invocations', 'KiB', 'sums', 'registers', 'global B', 'workgroup B'],
    PRODUCT_TILES.map((tile) => {
      const [{ sums, all }, { global, workgroup }] = [registersOf(tile), bytesOf(tile)];
      return [tile.name, workgroupSize(tile), workgroupBytes(tile) / KIB, sums, all, global, workgroup];
    }),
  );
  print(
    ['tile', ...CARDS.map(({ name }) => name)],
    PRODUCT_TILES.map((tile) => [
      tile.name,
      ...CARDS.map((card) => {
        const resident = residentOn(card, tile);
        const fits = registersOf(tile).all <= card.most ? '' : ', spills';
        return `${resident} x ${workgroupSize(tile)}: ${Math.round((100 * resident * workgroupSize(tile)) / card.invocations)}%${fits}`;
      }),
    ]),
  );
  const tiles = PRODUCT_TILES.filter(({ name, shares }) => shares === 'weights' && !name.includes('deep'));
  for (const samples of SAMPLES) {
    print(
      [`layer, ${samples} samples`, 'depth', ...tiles.map(({ name }) => name)],
      LAYERS.map(([name, outputs, places, depth]) => [
        name,
        depth,
        ...tiles.map((tile) =>
          tile.shares === 'weights'
            ? Math.ceil(outputs / tile.constants.OUTPUTS) * Math.ceil((places * samples) / 4 / tile.constants.QUADS)
            : 0,
        ),
      ]),
    );
  }
  const [h100] = CARDS;
  const sliced = WORKGROUP_TILES.find(({ name }) => name === '16 x 16, 16 slices');
  if (h100 === undefined || sliced?.shares !== 'weights') throw new Error('the last table is about an H100 and the tile with 16 slices');
  const { OUTPUTS, QUADS } = sliced.constants;
  print(
    ['layer, H100', ...FEW_SAMPLES.flatMap((samples) => [`${samples} samples: workgroups`, 'busy cores', 'us so', 'us if all were'])],
    LATE.map(([name, outputs, places, depth]) => [
      name,
      ...FEW_SAMPLES.flatMap((samples) => {
        const workgroups = Math.ceil(outputs / OUTPUTS) * Math.ceil((places * samples) / 4 / QUADS);
        const busy = Math.min(1, workgroups / h100.cores);
        const whole = (outputs * places * depth * samples) / H100_RATE;
        return [workgroups, `${Math.round(100 * busy)}%`, (whole / busy).toFixed(1), whole.toFixed(1)];
      }),
    ]),
  );
}
