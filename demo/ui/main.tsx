// biome-ignore assist/source/organizeImports: the worker starts before all else.
import { engine } from '../engine/rpc/start.js';
import { effect } from '@preact/signals';
import { render } from 'preact';
import { keepOffline } from '../engine/platform/offline.js';
import { present } from '../lib/present.js';
import { App } from './app.js';
import { loadLanguage, messages } from './i18n/index.js';
import { listenForFiles } from './lib/drops.js';
import { keepHidden } from './state/hidden.js';
import { listenForLecture } from './state/lecture.js';
import { timesShown } from './state/maps.js';
import { startFromAddress } from './state/history.js';
import { takeFiles } from './state/input.js';
import { keepTryingPresets } from './state/presets.js';
import { model, outdated, rebuilt, thingNames } from './state/signals.js';
import { connect, noteError } from './state/tasks.js';

connect(engine);
engine.onRebuilt(() => {
  rebuilt.value = true;
});

addEventListener('error', ({ error }) => {
  // null: a remark of the browser's own, such as that of a ResizeObserver which is told in the next frame.
  if (error !== null) noteError(error);
});
addEventListener('unhandledrejection', ({ reason }) => noteError(reason));

engine.onDevice((device) => {
  if (model.value !== null) model.value = { ...model.value, device };
});

// For the tests: they make the device fail, and read how often maps were shown. No visitor can do either.
Object.assign(window, {
  pathlight: { destroyDevice: () => engine.destroyDevice(new AbortController().signal), mapsShown: () => timesShown.peek() },
});

// Nobody sees one language turn into another.
await loadLanguage();
effect(() => {
  thingNames.value = messages.value.things;
});
const place = present(document.getElementById('page'), 'the element #page');
place.replaceChildren();
render(<App />, place);
keepHidden();
listenForLecture();
keepTryingPresets();
listenForFiles((files) => void takeFiles(files));
void startFromAddress();
void keepOffline(() => {
  outdated.value = true;
});
