import { PathlightError } from '../errors.js';
import type { Executor, Numbers } from '../executor.js';
import type { Patches, PixelLayout } from '../tensor/pixels.js';

/** An image that a network misreads, and the class that it should read. All colours are in the model's input space. */
export interface RepairProblem {
  /** [elements] */
  readonly image: Float32Array;
  readonly pixels: PixelLayout;
  /** The parts that are changed as a whole: single pixels, or larger patches. */
  readonly patches: Patches;
  /** [channels] each: the valid inputs of every channel lie between those of black and white. */
  readonly range: { readonly black: Float32Array; readonly white: Float32Array };
  /** [channels] the colour of the image's own background. */
  readonly background: Float32Array;
  /** The class to be reached. */
  readonly target: number;
}

/**
 * What changed pixels become. An image [elements] covers them. `sign` paints white where a map speaks for the class, else the background's
 * colour. `own` leaves it to the strategy: `sign` for those that order by a map of shares, the opposite colour for the others.
 */
export type PaintRule = 'own' | 'sign' | Float32Array;

/**
 * The attribution maps [elements] by which strategies order patches, computed when asked for. Edits know nothing of quadrature. The
 * baseline of the two `flip` maps is the painted image, by default the opposite of the image. So x - b undoes the paint, and -IG estimates
 * what painting gains.
 */
export interface Attributions {
  /** IG of the target's output minus the predicted class's output. */
  contrast(): Promise<Numbers>;
  /** IG of the target's output. */
  target(): Promise<Numbers>;
  /** The signed gradient of the target's output. */
  saliency(): Promise<Numbers>;
  /** IG of the target's output, with the painted image as the baseline. */
  flipTarget(): Promise<Numbers>;
  /** IG of the target's output minus the predicted class's output, with the painted image as the baseline. */
  flipContrast(): Promise<Numbers>;
}

/** Throws PathlightError where the parts of a problem do not fit one another or the executor. */
export function checkProblem({ image, pixels, patches, range, background, target }: RepairProblem, executor: Executor): void {
  const elements = pixels.pixels * pixels.channels;
  if (elements !== executor.elements || image.length !== elements) {
    throw new PathlightError('problem.image', {
      numbers: image.length,
      pixels: pixels.pixels,
      channels: pixels.channels,
      wanted: executor.elements,
    });
  }
  if (patches.labels.length !== pixels.pixels || !patches.labels.every((label) => label < patches.count)) {
    throw new PathlightError('problem.patches', { patches: patches.count, labels: patches.labels.length, pixels: pixels.pixels });
  }
  for (const [name, colour] of Object.entries({ 'range.black': range.black, 'range.white': range.white, background })) {
    if (colour.length !== pixels.channels) {
      throw new PathlightError('problem.colour', { colour: name, numbers: colour.length, channels: pixels.channels });
    }
  }
  if (!Number.isInteger(target) || target < 0 || target >= executor.classes) {
    throw new PathlightError('class.unknown', { role: 'target', class: target, classes: executor.classes, labels: false });
  }
}
