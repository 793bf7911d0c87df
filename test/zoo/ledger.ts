import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { casesIn, type Maker, readExpected } from './cases.js';
import { groupsOf } from './groups.js';
import { type Device, type Outcome, type Row, readResults, writeResults } from './results.js';

/** Where the outcomes of a folder of cases are kept, so that a run that is ended loses nothing. */
export interface Ledger {
  has(name: string, device: Device): boolean;
  add(name: string, device: Device, outcome: Outcome): void;
  /** Writes test/zoo/results. */
  close(): void;
}

export function ledgerOf(folder: string, maker: Maker): Ledger {
  return maker.grouped ? new GroupedLedger(folder, maker) : new ListedLedger(folder, maker);
}

/** The results themselves, written after each case. */
class ListedLedger implements Ledger {
  constructor(
    private readonly folder: string,
    private readonly maker: Maker,
  ) {}

  has(name: string, device: Device): boolean {
    return this.#rows().get(name)?.outcomes[device] !== undefined;
  }

  /** Reads the results again, since a run on another device may have written meanwhile. */
  add(name: string, device: Device, outcome: Outcome): void {
    const rows = this.#rows();
    rows.set(name, rowOf(this.folder, name, { ...rows.get(name)?.outcomes, [device]: outcome }));
    this.#write(rows);
  }

  close(): void {
    this.#write(this.#rows());
  }

  #rows(): Map<string, Row> {
    const results = readResults().find((each) => each.source === this.maker.source);
    return new Map(results !== undefined && 'rows' in results ? results.rows.map((row) => [row.name, row]) : []);
  }

  #write(rows: ReadonlyMap<string, Row>): void {
    writeResults({ ...this.maker, rows: [...rows.values()].sort((a, b) => (a.name < b.name ? -1 : 1)) });
  }
}

/** A file of lines beside the cases, of which the results are made at the end. The last line of a case and device counts. */
class GroupedLedger implements Ledger {
  readonly #path: string;
  readonly #known: Set<string>;

  constructor(
    private readonly folder: string,
    private readonly maker: Maker,
  ) {
    this.#path = join(folder, 'outcomes.jsonl');
    this.#known = new Set(this.#entries().map(({ name, device }) => `${name} ${device}`));
  }

  has(name: string, device: Device): boolean {
    return this.#known.has(`${name} ${device}`);
  }

  add(name: string, device: Device, outcome: Outcome): void {
    appendFileSync(this.#path, `${JSON.stringify({ name, device, outcome })}\n`);
  }

  close(): void {
    const outcomes = new Map<string, Row['outcomes']>();
    for (const { name, device, outcome } of this.#entries()) outcomes.set(name, { ...outcomes.get(name), [device]: outcome });
    const rows = casesIn(this.folder).flatMap((name) => {
      const found = outcomes.get(name);
      return found === undefined ? [] : rowOf(this.folder, name, found);
    });
    writeResults({ ...this.maker, groups: groupsOf(rows) });
  }

  #entries(): { readonly name: string; readonly device: Device; readonly outcome: Outcome }[] {
    if (!existsSync(this.#path)) return [];
    const lines = readFileSync(this.#path, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
  }
}

function rowOf(folder: string, name: string, outcomes: Row['outcomes']): Row {
  const { family = name, architecture = name, exporter = '', opset = null } = readExpected(join(folder, name));
  return { name, family, architecture, exporter, opset, outcomes };
}
