import { Segmented } from './controls/segmented.js';
import { Sentence } from './controls/sentence.js';
import { LANGUAGES, type Language, language, messages } from './i18n/index.js';
import { LectureHost } from './lecture/host.js';
import { dragging } from './lib/drops.js';
import { Bench } from './sections/bench.js';
import { Export } from './sections/export.js';
import { Fix } from './sections/fix.js';
import { Look } from './sections/look.js';
import { Why } from './sections/why.js';
import { Stage } from './stage/stage.js';
import { openLecture } from './state/lecture.js';
import { model, outdated, rebuilt } from './state/signals.js';
import { pending } from './state/tasks.js';
import { THEMES, type Theme, theme } from './state/theme.js';

/** The whole page. */
export function App() {
  const text = messages.value;
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById('why')?.focus()}>
        {text.skip}
      </button>
      <header class="masthead">
        <p class="brand">{text.brand}</p>
        <Preferences />
        <h1>{text.headline}</h1>
        <p class="lead" data-control="intro">
          {text.care} <Links />
        </p>
      </header>
      <main class="story" data-busy={pending.value > 0}>
        <div class={pending.value > 0 ? 'progress running' : 'progress'} aria-hidden="true" />
        <div class="opening">
          <Stage />
          <Device />
        </div>
        <Look />
        <Why />
        <Fix />
        <Bench />
        <Export />
      </main>
      <footer class="footer" data-control="footer">
        <p>{text.footer}</p>
      </footer>
      <LectureHost />
      {dragging.value && (
        <div class="drop-veil" aria-hidden="true">
          <p>{text.look.dropAnywhere}</p>
        </div>
      )}
    </>
  );
}

/** Where to read more. */
function Links() {
  const text = messages.value.links;
  return (
    <span class="links" data-control="links">
      <a href="./docs/index.html">{text.docs}</a> <a href="./docs/architecture.html">{text.source}</a>{' '}
      <button type="button" class="link" onClick={openLecture} data-test="open-lecture">
        {text.lecture}
      </button>
    </span>
  );
}

function Preferences() {
  const text = messages.value;
  return (
    <div class="preferences" data-control="preferences">
      <Segmented<Language>
        quiet
        control="language"
        label={text.language}
        value={language.value}
        options={(Object.keys(LANGUAGES) as Language[]).map((value) => ({ value, label: <span lang={value}>{LANGUAGES[value]}</span> }))}
        onChange={(value) => {
          language.value = value;
        }}
      />
      <Segmented<Theme>
        quiet
        control="theme"
        label={text.theme}
        value={theme.value}
        options={THEMES.map((value) => ({ value, label: text.themes[value] }))}
        onChange={(value) => {
          theme.value = value;
        }}
      />
    </div>
  );
}

/** Reasons for which a visitor can turn WebGPU on in the browser. */
const TURNED_OFF: readonly string[] = ['page.no-webgpu', 'gpu.no-adapter'];

/** Says what device computes. Without WebGPU it says why, and how to turn WebGPU on; after a loss it says that the device was rebuilt. */
function Device() {
  const text = messages.value;
  const device = model.value?.device;
  return (
    <div class="device" data-control="device" aria-live="polite" data-test="device" data-kind={device?.kind}>
      <p>
        <span class={`lamp ${device === undefined ? 'off' : device.kind}`} aria-hidden="true" />
        {device === undefined ? text.starting : device.kind === 'cpu' ? text.device.cpu : text.device.gpu(device.adapter)}
        <span class="faint"> · {text.private}</span>
      </p>
      {device?.kind === 'cpu' && (
        <p class="hint">
          {device.reason !== undefined && (
            <span data-test="reason">
              {text.device.because} <Sentence said={device.reason} />.
            </span>
          )}{' '}
          {text.device.instead} {TURNED_OFF.includes(device.reason?.code ?? '') && text.device.how}
        </p>
      )}
      {rebuilt.value && <p class="hint">{text.device.rebuilt}</p>}
      {outdated.value && (
        <p class="hint" data-test="new-version">
          {text.newVersion}{' '}
          <button type="button" class="button small" onClick={() => location.reload()}>
            {text.reload}
          </button>
        </p>
      )}
    </div>
  );
}
