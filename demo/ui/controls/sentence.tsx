import type { Said } from '../../../src/app.js';
import { language, sayings } from '../i18n/index.js';

/** What the engine said, in the page's language; what of it nobody has translated is marked as English. */
export function Sentence({ said }: { readonly said: Said }) {
  return (
    <>
      {sayings.value(said).map((piece, i) =>
        piece.english && language.value !== 'en' ? (
          <span key={`${i}`} lang="en">
            {piece.text}
          </span>
        ) : (
          piece.text
        ),
      )}
    </>
  );
}
