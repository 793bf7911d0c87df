import { refit } from '../../../src/app.js';
import type { Preprocessing } from '../../../src/index.js';
import type { FileRequest } from '../../engine/contract/files.js';
import type { Subject } from '../state/signals.js';

/**
 * How files and commands name the picture: so that the command line, given the file of this name, computes with the very input of the page.
 *
 * - The visitor's own picture has its own name, and the command the fit that was chosen. The command line cannot centre a digit, and refuses a resize
 *   for a picture that is shown whole: then the next lines hold.
 * - Any other picture is saved as the model sees it.
 * - Where the preprocessing would resize that once more, and where the input was given as an array, it is an array.
 */
export function takenInput(
  { name, given, array }: Pick<Subject, 'name' | 'given' | 'array'>,
  preprocessing: Preprocessing,
): Pick<FileRequest, 'input' | 'file' | 'fit'> {
  const { resize, width, height } = preprocessing;
  if (given !== undefined && !array && given.fit !== 'centre') {
    const { file, fit } = given;
    if (fit !== 'contain' || refit(preprocessing, fit).resize === undefined) return { input: file.name, file, fit };
  }
  const isStable = resize === undefined || (resize === width && resize === height);
  return { input: `${name}.${array || !isStable ? 'npy' : 'png'}` };
}
