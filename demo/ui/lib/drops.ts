import { signal } from '@preact/signals';
import { chooseFromFolder } from './given_files.js';

/** Whether files are being dragged over the page. */
export const dragging = signal(false);

/** Calls `onFiles` with files that are dropped anywhere on the page or pasted into it. Pasted text is left to the browser. */
export function listenForFiles(onFiles: (files: readonly File[]) => void): void {
  let depth = 0;
  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
  addEventListener('dragenter', (event) => {
    if (!hasFiles(event)) return;
    depth++;
    dragging.value = true;
  });
  addEventListener('dragleave', (event) => {
    if (!hasFiles(event)) return;
    depth = Math.max(0, depth - 1);
    dragging.value = depth > 0;
  });
  addEventListener('dragover', (event) => {
    if (hasFiles(event)) event.preventDefault();
  });
  addEventListener('drop', (event) => {
    depth = 0;
    dragging.value = false;
    // A field for files of its own has taken them.
    if (!hasFiles(event) || event.defaultPrevented) return;
    event.preventDefault();
    if (event.dataTransfer !== null) void filesOf(event.dataTransfer).then(onFiles);
  });
  addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    onFiles(files);
  });
}

/** The most files of a folder that are looked at, and how deep they lie: a model's folder has few. */
const FILES = 500;
const DEPTH = 2;

/** The files that were dropped. Of a folder, those that the page has a use for. */
async function filesOf({ files, items }: DataTransfer): Promise<File[]> {
  // After this event the list of items is empty.
  const entries = [...items].flatMap((item) => (item.kind === 'file' ? [item.webkitGetAsEntry()] : []));
  const loose = [...files].filter((_, i) => !isFolder(entries[i]));
  const inFolders: File[] = [];
  for (const entry of entries) if (isFolder(entry)) await collect(entry, DEPTH, inFolders);
  return [...loose, ...chooseFromFolder(inFolders)];
}

function isFolder(entry: FileSystemEntry | null | undefined): entry is FileSystemDirectoryEntry {
  return entry?.isDirectory === true;
}

async function collect(folder: FileSystemDirectoryEntry, depth: number, found: File[]): Promise<void> {
  const reader = folder.createReader();
  for (;;) {
    // A reader gives up to 100 entries at a time.
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0 || found.length >= FILES) return;
    for (const entry of entries) {
      if (isFolder(entry)) {
        if (depth > 0) await collect(entry, depth - 1, found);
      } else if (isFile(entry)) found.push(await new Promise<File>((resolve, reject) => entry.file(resolve, reject)));
    }
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}
