import { PathlightError } from '../../errors.js';

/** There is no adapter, or it lacks what a request needs: another device (`--device cpu`) may serve. */
export class GpuUnsupportedError extends PathlightError {
  override readonly name = 'GpuUnsupportedError';
}

/** The work does not fit into the memory that the adapter or the budget allows; nothing was computed. */
export class GpuOutOfMemoryError extends PathlightError {
  override readonly name = 'GpuOutOfMemoryError';
}

/** The device went away (driver reset, `destroy()`, a closed tab); the executor asks for a new one at the next request. */
export class GpuDeviceLostError extends PathlightError {
  override readonly name = 'GpuDeviceLostError';
}

/** Pathlight used WebGPU wrongly: always a defect of Pathlight, with what the implementation said. */
export class GpuValidationError extends PathlightError {
  override readonly name = 'GpuValidationError';
}
