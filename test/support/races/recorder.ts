/** A pair of accesses that no barrier orders. */
export interface Race {
  readonly buffer: string;
  readonly element: number;
  readonly what: 'two writes' | 'a read and a write';
  readonly invocations: readonly [number, number];
}

const NOBODY = 0;
/** Several, where one is asked for. */
const SEVERAL = -1;

/**
 * Who read and who wrote an element. Invocations of a workgroup are ordered by barriers: their accesses in different phases do not race. Those of
 * different workgroups are never ordered. Numbers are one more than those of WGSL, so that 0 is nobody.
 */
class Cells {
  /** Workgroup, then phase and invocation of the last accesses. */
  writerGroup = new Int32Array(1024);
  writerPhase = new Int32Array(1024);
  writer = new Int32Array(1024);
  readerGroup = new Int32Array(1024);
  readerPhase = new Int32Array(1024);
  reader = new Int32Array(1024);

  reserve(element: number): void {
    if (element < this.writer.length) return;
    const length = 2 ** Math.ceil(Math.log2(element + 1));
    const grown = (old: Int32Array) => {
      const larger = new Int32Array(length);
      larger.set(old);
      return larger;
    };
    this.writerGroup = grown(this.writerGroup);
    this.writerPhase = grown(this.writerPhase);
    this.writer = grown(this.writer);
    this.readerGroup = grown(this.readerGroup);
    this.readerPhase = grown(this.readerPhase);
    this.reader = grown(this.reader);
  }
}

/** Sees the accesses of a dispatch, one invocation after another from barrier to barrier, and keeps the first races. */
export class Recorder {
  readonly races: Race[] = [];
  /** Elements that were written, over all buffers. */
  written = 0;
  /** Numbers of the workgroup, of the phase (over all workgroups) and of the invocation that accesses now. */
  group = 0;
  phase = 0;
  invocation = 0;
  readonly #cells = new Map<string, Cells>();

  write(buffer: string, element: number): void {
    const cells = this.#of(buffer, element);
    const { group, phase, invocation } = this;
    const before = cells.writerGroup[element]!;
    if (before === NOBODY) this.written++;
    if (before !== NOBODY && (before !== group || (cells.writerPhase[element] === phase && cells.writer[element] !== invocation))) {
      this.#add(buffer, element, 'two writes', cells.writer[element]!);
    }
    const reader = cells.readerGroup[element]!;
    if (reader !== NOBODY && (reader !== group || (cells.readerPhase[element] === phase && cells.reader[element] !== invocation))) {
      this.#add(buffer, element, 'a read and a write', cells.reader[element]!);
    }
    cells.writerGroup[element] = before === NOBODY || before === group ? group : SEVERAL;
    cells.writerPhase[element] = phase;
    cells.writer[element] = invocation;
  }

  read(buffer: string, element: number): void {
    const cells = this.#of(buffer, element);
    const { group, phase, invocation } = this;
    const writer = cells.writerGroup[element]!;
    if (writer !== NOBODY && (writer !== group || (cells.writerPhase[element] === phase && cells.writer[element] !== invocation))) {
      this.#add(buffer, element, 'a read and a write', cells.writer[element]!);
    }
    const before = cells.readerGroup[element]!;
    cells.readerGroup[element] = before === NOBODY || before === group ? group : SEVERAL;
    cells.reader[element] = cells.readerPhase[element] === phase && cells.reader[element] !== invocation ? SEVERAL : invocation;
    cells.readerPhase[element] = phase;
  }

  /** Forgets a variable of a workgroup, of which the next workgroup has its own. */
  forget(buffer: string): void {
    this.#cells.delete(buffer);
  }

  #of(buffer: string, element: number): Cells {
    let cells = this.#cells.get(buffer);
    if (cells === undefined) {
      cells = new Cells();
      this.#cells.set(buffer, cells);
    }
    cells.reserve(element);
    return cells;
  }

  #add(buffer: string, element: number, what: Race['what'], other: number): void {
    if (this.races.length < 10) this.races.push({ buffer, element, what, invocations: [other - 1, this.invocation - 1] });
  }
}
