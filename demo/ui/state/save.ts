import type { NamedFile } from '../../engine/contract/files.js';

/** Lets the browser save a file. */
export function save({ name, type, bytes }: NamedFile): void {
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The bytes stay in memory until the address is revoked. By then the browser has read them.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
