import { describe, expect, test } from 'vitest';
import { ErrorScopes } from '../../../src/gpu/device/error_scopes.js';
import { exhaustMemory, refuseBuffer, sizeOfRefused, useNullDevice } from '../../support/null_device.js';

describe('error scopes', () => {
  const shared = useNullDevice();

  test('tell nothing where nothing went wrong', async () => {
    const scopes = new ErrorScopes(shared.gpu.device);
    scopes.open();
    expect(await scopes.settle()).toEqual({});
    expect(await scopes.settle()).toEqual({});
  });

  test('tell a validation error as one, and the first of several scopes', async () => {
    const { device } = shared.gpu;
    const scopes = new ErrorScopes(device);
    scopes.open();
    scopes.close();
    for (const above of [4, 8]) {
      scopes.open();
      refuseBuffer(device, above);
      scopes.close();
    }
    const { validation, memory } = await scopes.settle();
    expect(validation).toBeInstanceOf(GPUValidationError);
    expect(validation?.message).toContain(String(sizeOfRefused(device, 4)));
    expect(memory).toBeUndefined();
    expect(await scopes.settle()).toEqual({});
  });

  test('tell a lack of memory as such', async () => {
    const scopes = new ErrorScopes(shared.gpu.device);
    scopes.open();
    const buffers = exhaustMemory(shared.gpu.device);
    const { validation, memory } = await scopes.settle();
    for (const buffer of buffers) buffer.destroy();
    expect(memory).toBeInstanceOf(GPUOutOfMemoryError);
    expect(validation).toBeUndefined();
  });

  test('opened twice are one, so that the stack of the device is as before', async () => {
    const { device } = shared.gpu;
    device.pushErrorScope('validation');
    const scopes = new ErrorScopes(device);
    scopes.open();
    scopes.open();
    scopes.close();
    scopes.close();
    refuseBuffer(device, 4);
    expect(await scopes.settle()).toEqual({});
    expect(await device.popErrorScope()).toBeInstanceOf(GPUValidationError);
  });
});
