// cli-progress has no types of its own; these cover what is used of it.
declare module 'cli-progress' {
  export class SingleBar {
    constructor(options: {
      readonly format: string;
      readonly stream?: NodeJS.WritableStream;
      readonly hideCursor?: boolean;
      readonly clearOnComplete?: boolean;
      readonly barsize?: number;
    });
    start(total: number, value: number, payload: Readonly<Record<string, unknown>>): void;
    setTotal(total: number): void;
    update(value: number, payload: Readonly<Record<string, unknown>>): void;
    stop(): void;
  }
}
