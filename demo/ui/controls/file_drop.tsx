import { useId } from 'preact/hooks';
import { messages } from '../i18n/index.js';

interface FileDropProps {
  readonly title: string;
  readonly hint: string;
  readonly accept: string;
  readonly onFiles: (files: readonly File[]) => void;
}

/** A field to choose files. Files can be dropped anywhere on the page (`lib/drops.ts`); this field says so, and also works with the keyboard. */
export function FileDrop({ title, hint, accept, onFiles }: FileDropProps) {
  const id = useId();
  return (
    <div class="drop" data-control="drop">
      <input
        id={id}
        class="visually-hidden"
        type="file"
        multiple
        accept={accept}
        aria-describedby={`${id}-hint`}
        onChange={({ currentTarget }) => {
          onFiles([...(currentTarget.files ?? [])]);
          currentTarget.value = '';
        }}
      />
      <label for={id}>
        <span class="drop-title">{title}</span>
        <span class="button">{messages.value.look.choose}</span>
      </label>
      <p id={`${id}-hint`} class="hint">
        {hint}
      </p>
    </div>
  );
}
