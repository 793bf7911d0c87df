import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pathlightHere, useFolder } from '../run.js';

// What `doctor` prints and writes. That it finds a wrong kernel is asked of src/doctor (test/doctor): here are a few checks that are right.

const folder = useFolder();
const doctor = (...args: string[]) => pathlightHere(folder.path, ['doctor', '--device', 'software', ...args]);

test('a verdict, tables, and doctor.json', async () => {
  const { code, stdout, stderr } = await doctor('--only', 'Softplus', '--out', 'report');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^On .* these \d+ checks are right, none further than .* from float64; the others were not asked\.\n/);
  expect(stdout).toMatch(/maxStorageBufferBindingSize +[\d.]+ GB +134\.2 MB +bytes of one tensor that a kernel may read/);
  const record = JSON.parse(readFileSync(join(folder.path, 'report', 'doctor.json'), 'utf8'));
  expect(record).toMatchObject({
    quick: false,
    adapter: { kind: 'software' },
    examination: { right: true, wrong: [], tolerance: 1e-5 },
    verdict: [{ code: 'doctor.right-part' }],
  });
  expect(record.examination.worst.check).toMatch(/Softplus/);
  const printed = await doctor('--only', 'Softplus', '--json');
  const { examination, ...rest } = JSON.parse(printed.stdout);
  expect(rest).toEqual({ ...rest, adapter: record.adapter, verdict: record.verdict });
  expect(examination.worst).toEqual(record.examination.worst);
});

test('what it refuses', async () => {
  const refused = async (...args: string[]) => {
    const { code, stdout, stderr } = await pathlightHere(folder.path, ['doctor', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    return stderr;
  };
  expect(await refused('--device', 'software', '--only', 'Sofplus')).toBe(
    'pathlight: no check has "Sofplus" in its name (the name of an operator, as Conv or Softmax)\n',
  );
  expect(await refused('--device', 'cpu')).toMatch(/^pathlight: --device .*cpu.* \(.*auto.*\)\n$/);
  expect(await refused('digits.onnx')).toMatch(/^pathlight: /);
});
