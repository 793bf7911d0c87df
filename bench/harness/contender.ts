/** What is asked of every contender: Integrated Gradients by the midpoint rule from the baseline 0 of this many seeded images. */
export interface Job {
  readonly images: number;
  readonly steps: number;
}

/** One attribution: the maps [images][elements], and the time from the images in ordinary memory to the maps in ordinary memory. */
export interface Run {
  readonly map: Float32Array;
  readonly milliseconds: number;
}

/** Something that attributes: a framework on a device. */
export interface Contender {
  /** As tables name it. */
  readonly name: string;
  /** Prepares a network, replacing the one before. Throws CannotRun where the framework has no way to run it. */
  load(network: string): Promise<void>;
  attribute(job: Job): Promise<Run>;
  close(): Promise<void>;
}

/** Why a contender does not take part in a job: a cell of the table, not an end of the run. */
export class CannotRun extends Error {}

/** `1 image, 64 steps` */
export function nameJob({ images, steps }: Job): string {
  return `${images} ${images === 1 ? 'image' : 'images'}, ${steps.toLocaleString('en')} steps`;
}
