/**
 * What Pathlight adds in Node: model files with their side files, pictures and arrays from disk, PNG, and WebGPU through Dawn.
 */
export { type Decoded, decodePicture, encodePng } from './codec.js';
export { type AdapterChoice, type Dawn, type NoDawn, openDawn } from './dawn.js';
export { type Input, readArray, readBytes, readInput } from './input.js';
export {
  DEVICES,
  type DeviceChoice,
  type ModelFile,
  type OpenModel,
  openModel,
  type ReadModelOptions,
  readModel,
  useDevice,
} from './model.js';
