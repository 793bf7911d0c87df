/** The job of every contender: Integrated Gradients of this many seeded images, by the midpoint rule from the baseline 0. */
export interface Job {
  readonly images: number;
  readonly steps: number;
}

/** One attribution: the maps [images][elements], and the time from images in ordinary memory to maps in ordinary memory. */
export interface Run {
  readonly map: Float32Array;
  readonly milliseconds: number;
  /** How it was run, where there is a choice of which the fastest was taken. */
  readonly setting?: string;
}

/** Something that attributes: a framework on a device. */
export interface Contender {
  /** The name in tables. */
  readonly name: string;
  /** Prepares a network, in place of the one before. Throws CannotRun if the framework cannot run it. */
  load(network: string): Promise<void>;
  attribute(job: Job): Promise<Run>;
  close(): Promise<void>;
}

/** Why a contender does not take part in a job. It becomes a cell of the table and does not end the run. */
export class CannotRun extends Error {}

/** `1 image, 64 steps` */
export function nameJob({ images, steps }: Job): string {
  return `${images} ${images === 1 ? 'image' : 'images'}, ${steps.toLocaleString('en')} steps`;
}
