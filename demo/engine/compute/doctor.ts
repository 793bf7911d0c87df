import { consult, type Diagnosis } from '../../../src/app.js';
import { DeviceSource } from '../../../src/index.js';
import type { DoctorNews, DoctorRequest } from '../contract/device.js';

/** Examines the adapter on a device of its own, so that the open model's keeps neither some hundred kernels nor what a wrong driver makes of them. */
export async function examineAdapter(
  gpu: GPU,
  { quick, only }: DoctorRequest,
  onNews: (news: DoctorNews) => void,
  signal: AbortSignal,
): Promise<Diagnosis> {
  const source = new DeviceSource(gpu);
  try {
    return await consult(source, {
      quick,
      ...(only !== '' && { only }),
      signal,
      onProgress: (stage, done, total) => onNews({ stage, done, total }),
    });
  } finally {
    await source.destroy();
  }
}
