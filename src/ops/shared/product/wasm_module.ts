/**
 * The WebAssembly of `PanelProduct.multiply`, written instruction by instruction: `wasmProduct` in panel_product.ts compiles it.
 *
 *   for each panel:                                   loop
 *     sums[r][h] = 0                                    for 4 rows r and both halves h of a row: 8 registers of two sums
 *     for each step k:                                  loop
 *       sums[r][h] += left[k][r] * right[k][h]            a multiplication and an addition, each rounded, as in plain loops
 *     store sums
 *
 * Opcodes: https://webassembly.github.io/spec/core/binary/instructions.html
 */
export function moduleBytes(): Uint8Array<ArrayBuffer> {
  const MAGIC_AND_VERSION = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
  const signature = [FUNCTION, ...list(PARAMETERS.map(() => [I32])), 0];
  const imported = [...text('m'), ...text('m'), MEMORY, 0, 1];
  const locals = list([
    [2, I32],
    [VECTORS, V128],
  ]);
  const code = [...locals, ...forEachPanel(), END];
  return Uint8Array.from([
    ...MAGIC_AND_VERSION,
    ...section(1, list([signature])),
    ...section(2, list([imported])),
    ...section(3, list([[0]])),
    ...section(7, list([[...text('f'), 0, 0]])),
    ...section(10, list([sized(code)])),
  ]);
}

const ROWS = [0, 1, 2, 3];
const HALVES = [0, 1];
/** Bytes of a float64, and of two in a register. */
const [NUMBER, PAIR] = [8, 16];
/** Bytes of a step of a panel, and of the sums of a panel. */
const [STEP, SUMS] = [4 * NUMBER, 16 * NUMBER];

/** Locals: the parameters, a place in the left panel, the steps that are left, and registers. */
const PARAMETERS = ['panels', 'depth', 'left', 'right', 'sums'];
const [panels, depth, left, right, sums, place, steps] = [0, 1, 2, 3, 4, 5, 6] as const;
const factor = 7;
const half = (h: number): number => 8 + h;
const sum = (row: number, h: number): number => 10 + 2 * row + h;
const VECTORS = 11;

const [I32, V128, FUNCTION, MEMORY] = [0x7f, 0x7b, 0x60, 0x02];
const [LOOP, NO_RESULT, BRANCH_IF, END] = [0x03, 0x40, 0x0d, 0x0b];

type Code = readonly number[];
const get = (local: number): Code => [0x20, local];
const set = (local: number): Code => [0x21, local];
const add = (local: number, amount: number): Code => [...get(local), 0x41, ...signed(amount), 0x6a, ...set(local)];
/** Repeats a body until a count is down to 0. */
const repeat = (count: number, body: Code): Code => [LOOP, NO_RESULT, ...body, ...add(count, -1), ...get(count), BRANCH_IF, 0, END];
const vector = (opcode: number, ...operands: number[]): Code => [0xfd, ...unsigned(opcode), ...operands];
const load = (address: number, offset: number): Code => [...get(address), ...vector(0x00, 3, offset)];
const loadTwice = (address: number, offset: number): Code => [...get(address), ...vector(0x0a, 3, offset)];
const store = (address: number, offset: number, local: number): Code => [...get(address), ...get(local), ...vector(0x0b, 3, offset)];
const zero: Code = [0x44, 0, 0, 0, 0, 0, 0, 0, 0, ...vector(0x14)];
const [plus, times] = [vector(0xf0), vector(0xf2)];

function forEachPanel(): Code {
  const all = ROWS.flatMap((row) => HALVES.map((h) => ({ row, h })));
  return repeat(panels, [
    ...all.flatMap(({ row, h }) => [...zero, ...set(sum(row, h))]),
    ...[...get(left), ...set(place), ...get(depth), ...set(steps)],
    ...repeat(steps, [
      ...HALVES.flatMap((h) => [...load(right, PAIR * h), ...set(half(h))]),
      ...ROWS.flatMap((row) => [
        ...[...loadTwice(place, NUMBER * row), ...set(factor)],
        ...HALVES.flatMap((h) => [...get(sum(row, h)), ...get(factor), ...get(half(h)), ...times, ...plus, ...set(sum(row, h))]),
      ]),
      ...[...add(place, STEP), ...add(right, STEP)],
    ]),
    ...all.flatMap(({ row, h }) => store(sums, STEP * row + PAIR * h, sum(row, h))),
    ...add(sums, SUMS),
  ]);
}

function section(id: number, content: Code): Code {
  return [id, ...sized(content)];
}

function sized(content: Code): Code {
  return [...unsigned(content.length), ...content];
}

function list(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()];
}

function text(name: string): Code {
  return sized([...name].map((letter) => letter.charCodeAt(0)));
}

/** LEB128, as WebAssembly writes numbers: seven bits a byte, and an eighth that says whether another follows. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >> 7)];
}

function signed(value: number): number[] {
  return value >= -64 && value < 64 ? [value & 127] : [(value & 127) | 128, ...signed(value >> 7)];
}
