import { PathlightError } from '../../errors.js';
import type { MessageCode } from '../../messages/index.js';

/**
 * There is no adapter, or it lacks what a request needs. Another device, or the CPU, may serve.
 *
 * @example
 * const session = await createSession(bytes, { gpu: navigator.gpu });
 * const result = await predict(session, image).catch(async (error: unknown) => {
 *   if (!(error instanceof GpuUnsupportedError)) throw error;
 *   return predict(await createSession(bytes), image);
 * });
 */
export class GpuUnsupportedError<C extends MessageCode = MessageCode> extends PathlightError<C> {
  override readonly name = 'GpuUnsupportedError';
}

/**
 * The work does not fit into the memory that the adapter or the budget allows. Nothing was computed.
 *
 * @example const tooLarge = (error: unknown) => error instanceof GpuOutOfMemoryError;
 */
export class GpuOutOfMemoryError<C extends MessageCode = MessageCode> extends PathlightError<C> {
  override readonly name = 'GpuOutOfMemoryError';
}

/**
 * The device went away (driver reset, `destroy()`, a closed tab). The next request asks for a new device, so calling again may help.
 *
 * @example const worthAnotherTry = (error: unknown) => error instanceof GpuDeviceLostError;
 */
export class GpuDeviceLostError<C extends MessageCode = MessageCode> extends PathlightError<C> {
  override readonly name = 'GpuDeviceLostError';
}

/**
 * Pathlight used WebGPU wrongly. This is always a defect of Pathlight. The message quotes what the implementation said.
 *
 * @example const toBeReported = (error: unknown) => error instanceof GpuValidationError;
 */
export class GpuValidationError<C extends MessageCode = MessageCode> extends PathlightError<C> {
  override readonly name = 'GpuValidationError';
}
