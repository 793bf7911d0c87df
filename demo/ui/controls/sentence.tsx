import { language, sayings } from '../i18n/index.js';

/** A sentence of the engine in the page's language; what of it nobody has translated is marked as English. */
export function Sentence({ text }: { readonly text: string }) {
  return (
    <>
      {sayings.value(text).map((piece, i) =>
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
