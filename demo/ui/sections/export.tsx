import { Fragment } from 'preact';
import { useState } from 'preact/hooks';
import { Chapter } from '../controls/chapter.js';
import { Notice } from '../controls/notice.js';
import { QrCode } from '../controls/qr_code.js';
import { Waiting } from '../controls/waiting.js';
import { messages } from '../i18n/index.js';
import { command, download, savings } from '../state/export.js';
import { addressOfPage } from '../state/history.js';
import { maps, problems, repaired } from '../state/signals.js';

/** How a file that is being made is called. */
const NAMES = {
  png: 'PNG',
  svg: 'SVG',
  npy: '.npy',
  result: 'result.json',
  repair: 'result.json',
  report: 'report.html',
  zip: '.zip',
} as const;
const KINDS = { png: 'PNG', svg: 'SVG', npy: '.npy' } as const;

/** Step 5: files, the command, and the link. */
export function Export() {
  const text = messages.value.export;
  const heads = maps.value?.list.map(({ head }) => head) ?? [];
  const names = messages.value.why.heads;
  const last = Math.max(0, heads.length - 1);
  const none = maps.value === null;
  const fixed = repaired.value !== null;
  return (
    <Chapter id="export" number={5} title={text.title} intro={text.intro}>
      <Notice problem={problems.export} />
      <div class="card export" data-control="export">
        <div class="downloads" data-control="downloads">
          <h3>{text.map}</h3>
          <div class="map-files">
            {heads.flatMap((head, index) => [
              <span key={head}>{names[head]}</span>,
              ...(['png', 'svg', 'npy'] as const).map((kind) => (
                <button
                  key={`${head}-${kind}`}
                  type="button"
                  class="button"
                  aria-label={text[kind](names[head])}
                  data-file={`${head}-${kind}`}
                  onClick={() => void download(kind, index)}
                >
                  {KINDS[kind]}
                </button>
              )),
            ])}
          </div>
          <h3>{text.data}</h3>
          <div class="chips">
            <button type="button" class="button" disabled={none} data-file="result" onClick={() => void download('result', last)}>
              {text.result}
            </button>
            <button type="button" class="button" disabled={!fixed} data-file="repair" onClick={() => void download('repair', last)}>
              {text.repair}
            </button>
            <button type="button" class="button" disabled={!fixed} data-file="report" onClick={() => void download('report', last)}>
              {text.html}
            </button>
            <button type="button" class="button primary" disabled={none} data-file="zip" onClick={() => void download('zip', last)}>
              {text.everything}
            </button>
          </div>
          {savings.value.map(({ kind, number, stop }) => (
            <Waiting key={number} what={messages.value.waiting.file(NAMES[kind])} progress={null} onCancel={stop} />
          ))}
          {!fixed && <p class="hint">{text.needsRepair}</p>}
        </div>
        <div class="copies">
          <Copy title={text.command} value={command.value} control="command" />
          <Copy title={text.link} value={addressOfPage.value} control="link" />
          <p class="hint">{text.linkHint}</p>
          <QrCode text={addressOfPage.value} />
        </div>
      </div>
    </Chapter>
  );
}

function Copy({ title, value, control }: { readonly title: string; readonly value: string; readonly control: 'command' | 'link' }) {
  const text = messages.value;
  const [copied, setCopied] = useState('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(value);
    } catch {
      problems.export.value = { page: (errors) => errors.copy };
    }
  };
  return (
    <div class="copy" data-control={control}>
      <h3>{title}</h3>
      <div class="copy-row">
        <code data-test={control}>
          {value.split(' ').map((word, i) => (
            <Fragment key={`${i}-${word}`}>
              {i > 0 && ' '}
              <span>{word}</span>
            </Fragment>
          ))}
        </code>
        <button type="button" class="button" onClick={() => void copy()} aria-label={`${text.export.copy}: ${title}`}>
          {copied === value && value !== '' ? text.export.copied : text.export.copy}
        </button>
      </div>
    </div>
  );
}
