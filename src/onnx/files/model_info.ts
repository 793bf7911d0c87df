import type { ElementType } from '../../tensor/tensor.js';
import type { OpenAxis } from '../inputs/description.js';

/**
 * What a file says about itself besides the network.
 *
 * @example const { producer, opset }: ModelInfo = session.info;
 */
export interface ModelInfo {
  /** The tool that wrote the file, with its version where known; empty where the file does not say. */
  readonly producer: string;
  /** The version of ONNX's operators that the file uses: 7 to 28, or a newer one, which is read as 28. */
  readonly opset: number;
  /** The name of the output that holds the class scores, or the number of the class that their ArgMax gives. */
  readonly output: string;
  /** Names of the outputs that hold no class scores and are not computed. */
  readonly furtherOutputs: readonly string[];
  /**
   * How many quantisers the file has on values from the image: 0 for a file of floats. Its network is explained as the float network that it
   * stands for, in which quantisers do not round.
   */
  readonly quantisers: number;
  /** Whether the output with the class scores was chosen by its name. */
  readonly outputNamed: boolean;
  /** The names that nodes of the file have for the classes: those of sklearn's converter and of ZipMap. Absent where they have none. */
  readonly classNames?: readonly string[];
  /** The axes of the input whose sizes the file leaves open, with the sizes that were taken, and who stated them. */
  readonly openAxes: readonly OpenAxis[];
  /** The type of the input's numbers in the file: where it is `int`, pictures become the whole numbers of `inputPixels`, unless a range is stated. */
  readonly inputType: ElementType;
  /** Black and white as bytes of the input: -128 and 127 where it is int8, else 0 and 255. */
  readonly inputPixels: readonly [black: number, white: number];
  /** Names of further inputs in whose place constants stand. */
  readonly boundInputs: readonly string[];
  /** Names of further inputs that nothing on the way to the scores reads. */
  readonly unreadInputs: readonly string[];
  /** The names of the files beside the model that hold weights. */
  readonly dataFiles: readonly string[];
  /** Key and value of the file's metadata. */
  readonly metadata: Readonly<Record<string, string>>;
}
