// cli-progress comes without types of its own; this is what is used of it.
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
