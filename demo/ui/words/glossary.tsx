import './glossary.css';
import { type Language, language } from '../i18n/index.js';
import { en, type Glossaries, type Part } from './en.js';
import { es } from './es.js';

const TEXTS: Readonly<Record<Language, Glossaries>> = { en, es };

export function Glossary({ part }: { readonly part: Part }) {
  return (
    <dl class="glossary">
      {TEXTS[language.value][part].map(([word, meaning]) => (
        <div key={word}>
          <dt>{word}</dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}
