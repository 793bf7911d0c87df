import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { findChromiumPackage, unpackArchives } from './archive.js';

/**
 * What Dawn needs on Linux before it can open a Vulkan device: the loader (libvulkan.so.1), and a driver, which the loader finds through a
 * manifest (`*_icd.json`). On other systems Dawn uses Metal or Direct3D, and none of this applies.
 * https://github.com/KhronosGroup/Vulkan-Loader/blob/main/docs/LoaderDriverInterface.md
 */

/**
 * Environment variables that name manifests. The loader reads them once for every Vulkan instance. All loaders know the older name,
 * VK_ICD_FILENAMES.
 */
const DRIVER_VARIABLES = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES'] as const;
export const DRIVER_VARIABLE = 'VK_ICD_FILENAMES';

/** Where Debian's Chromium keeps its SwiftShader. */
const DEBIAN_SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** The machine's Vulkan loader, by the name that Dawn asks for. */
export const VULKAN_LOADER = 'libvulkan.so.1';
// Flags of dlfcn.h, which process.dlopen passes on.
const RTLD_NOW = 0x2;
const RTLD_GLOBAL = 0x100;
const RTLD_NODELETE = 0x1000;

/** Manifests of drivers, if the user chose some by an environment variable. */
export function chosenDrivers(): string | undefined {
  return DRIVER_VARIABLES.map((name) => process.env[name]).find((value) => value !== undefined && value !== '');
}

/** Manifests of installed drivers, in the order in which the loader looks for them. */
function installedDrivers(): string[] {
  const { XDG_CONFIG_HOME, XDG_CONFIG_DIRS, XDG_DATA_HOME, XDG_DATA_DIRS } = process.env;
  const roots = [
    XDG_CONFIG_HOME ?? join(homedir(), '.config'),
    ...(XDG_CONFIG_DIRS ?? '/etc/xdg').split(delimiter),
    '/etc',
    XDG_DATA_HOME ?? join(homedir(), '.local', 'share'),
    ...(XDG_DATA_DIRS ?? '/usr/local/share:/usr/share').split(delimiter),
  ];
  return roots.flatMap((root) => {
    const folder = join(root, 'vulkan', 'icd.d');
    if (!existsSync(folder)) return [];
    const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
    return files.sort().map((file) => join(folder, file));
  });
}

/**
 * Whether the loader would find the manifest of any driver, chosen or installed. Checked before Dawn is asked, since Dawn prints warnings
 * if there is none.
 */
export function hasVulkanDriver(): boolean {
  return chosenDrivers() !== undefined || installedDrivers().length > 0;
}

/** Mesa's driver for processors, called lavapipe: WebGPU knows it as llvmpipe. */
export interface Lavapipe {
  readonly manifest: string;
  /**
   * Dawn refuses it, and prints warnings. So it was with Mesa 22.3 of Debian 12, whose manifest says version 1.1 of Vulkan; that of Mesa 25, which
   * Dawn takes, says 1.4.
   */
  readonly tooOld: boolean;
}

/** The installed lavapipe for this processor, the newest where there are several; undefined where there is none. */
export function findLavapipe(): Lavapipe | undefined {
  const found = installedDrivers().flatMap((manifest) => {
    const version = versionOfLavapipe(manifest);
    return version === undefined ? [] : [{ manifest, version }];
  });
  const [newest] = found.sort((a, b) => b.version - a.version);
  return newest && { manifest: newest.manifest, tooOld: newest.version < 3 };
}

/** How Mesa writes processors in the names of its manifests (`lvp_icd.x86_64.json`). Newer ones name none. */
const PROCESSORS: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };

/** The minor version of Vulkan 1 that a manifest of lavapipe for this processor says; undefined for any other file. */
function versionOfLavapipe(manifest: string): number | undefined {
  if (!['lvp_icd.json', `lvp_icd.${PROCESSORS[process.arch]}.json`].includes(basename(manifest))) return undefined;
  try {
    const [, minor] = /"api_version"\s*:\s*"1\.(\d+)/.exec(readFileSync(manifest, 'utf8')) ?? [];
    return minor === undefined ? undefined : Number(minor);
  } catch {
    return undefined; // A broken link, or a file that only others may read: the loader skips it, too.
  }
}

/**
 * Whether there is a device that a hardware driver could drive: a DRM render node, or a device of NVIDIA, WSL, Mali or Adreno. Checked
 * before Dawn is asked, since Dawn prints warnings about Mesa's CPU driver where that is all there is.
 */
export function hasGpuDevice(): boolean {
  const renderNodes = existsSync('/dev/dri') && readdirSync('/dev/dri').some((file) => file.startsWith('renderD'));
  return renderNodes || ['/dev/nvidiactl', '/dev/dxg', '/dev/mali0', '/dev/kgsl-3d0'].some((path) => existsSync(path));
}

/**
 * Loads a shared library that is not a Node addon. Returns whether it is loaded; it then stays loaded, and Dawn finds it by its name.
 * process.dlopen loads the library, finds no addon in it, closes it and throws "Module did not self-register". RTLD_NODELETE turns the
 * closing into nothing. Any other message means that the library was not loaded.
 */
export function loadLibrary(path: string | undefined): boolean {
  if (path === undefined) return false;
  try {
    process.dlopen({ exports: {} }, path, RTLD_NOW | RTLD_GLOBAL | RTLD_NODELETE);
    return true;
  } catch (error) {
    // Node's error has the code ERR_DLOPEN_FAILED in both cases, so only its text tells them apart.
    return error instanceof Error && /^Module did not self-register/.test(error.message);
  }
}

export interface SwiftShader {
  /** The manifest of the driver. */
  readonly manifest: string;
  /** A Vulkan loader beside the manifest, for machines without one. */
  readonly loader?: string;
}

/** SwiftShader from the npm package `@sparticuz/chromium` (Linux x64), else from Debian's Chromium; undefined if there is neither. */
export async function findSwiftShader(): Promise<SwiftShader | undefined> {
  const folder = process.arch === 'x64' ? findChromiumPackage() : undefined;
  if (folder !== undefined) {
    const unpacked = await unpackArchives(folder, 'swiftshader', ['swiftshader.tar.br']);
    return { manifest: join(unpacked, 'vk_swiftshader_icd.json'), loader: join(unpacked, VULKAN_LOADER) };
  }
  return existsSync(DEBIAN_SWIFTSHADER) ? { manifest: DEBIAN_SWIFTSHADER } : undefined;
}
