/**
 * What Pathlight adds in Node: model files with their side files, pictures and arrays from disk, PNG, and WebGPU through Dawn.
 */
export { type Decoded, decodePicture, encodePng } from './image/node/codec.js';
export { type Input, readArray, readBytes, readInput } from './image/node/input.js';
export { type AdapterChoice, type Dawn, type NoDawn, openDawn } from './node/dawn.js';
export {
  DEVICES,
  type DeviceChoice,
  type ModelFile,
  type OpenModel,
  openModel,
  type ReadModelOptions,
  readModel,
  useDevice,
} from './node/model.js';
