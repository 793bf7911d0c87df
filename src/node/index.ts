/**
 * What Pathlight adds in Node: model files with their side files, pictures and arrays from disk, PNG, and WebGPU through Dawn.
 *
 * @module
 */

// Models

export {
  DEVICES,
  type DeviceChoice,
  type ModelFile,
  type OpenModel,
  type OpenModelOptions,
  openModel,
  type ReadModelOptions,
  readModel,
  useDevice,
} from './model.js';

// Inputs and pictures

export { type Decoded, decodePicture, encodePng } from './codec.js';
export { arrayShapeOf, type Input, listInputs, readArray, readBytes, readInput } from './input.js';
export { readMask } from './mask.js';

// Devices

export { type AdapterChoice, type Dawn, type NoDawn, openDawn } from './dawn.js';
export { tuningFile } from './tuning_file.js';
