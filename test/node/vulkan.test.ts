import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findLavapipe, hasVulkanDriver } from '../../src/node/vulkan.js';

const PROCESSOR = process.arch === 'arm64' ? 'aarch64' : 'x86_64';

describe('findLavapipe', () => {
  const names = ['XDG_CONFIG_HOME', 'XDG_CONFIG_DIRS', 'XDG_DATA_HOME', 'XDG_DATA_DIRS'] as const;
  const before = names.map((name) => [name, process.env[name]] as const);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pathlight-vulkan-'));
    for (const name of names) process.env[name] = join(folder, name);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  function install(name: string, manifest: unknown, where: (typeof names)[number] = 'XDG_DATA_DIRS'): string {
    const drivers = join(folder, where, 'vulkan', 'icd.d');
    mkdirSync(drivers, { recursive: true });
    writeFileSync(join(drivers, name), JSON.stringify(manifest));
    return join(drivers, name);
  }
  const manifest = (version: string) => ({ ICD: { api_version: version, library_path: 'libvulkan_lvp.so' }, file_format_version: '1.0.0' });

  // The versions are those of Debian's packages of Mesa 22.3 and 25.0.
  test('knows the manifest of Mesa 25, and that that of Debian 12 is too old', () => {
    const old = install(`lvp_icd.${PROCESSOR}.json`, manifest('1.1.230'));
    expect(findLavapipe()).toEqual({ manifest: old, tooOld: true });
    const current = install('lvp_icd.json', manifest('1.4.305'), 'XDG_DATA_HOME');
    expect(findLavapipe()).toEqual({ manifest: current, tooOld: false });
  });

  test('passes by drivers of GPUs and of other processors, what is no manifest, and links to nothing', () => {
    expect(findLavapipe()).toBeUndefined();
    install('radeon_icd.json', manifest('1.4.305'));
    install('lvp_icd.riscv64.json', manifest('1.4.305'));
    install('lvp_icd.json', 'not a manifest');
    symlinkSync(join(folder, 'nowhere'), join(folder, 'XDG_DATA_DIRS', 'vulkan', 'icd.d', `lvp_icd.${PROCESSOR}.json`));
    expect(findLavapipe()).toBeUndefined();
    expect(hasVulkanDriver()).toBe(true);
  });
});
