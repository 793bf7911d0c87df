import { readsScenes } from '../../lib/shipped.js';
import { language } from '../i18n/index.js';
import { walk } from '../lib/walk.js';
import { openScene } from '../state/input.js';
import { model, subject, thingName } from '../state/signals.js';
import { SCENES } from './scene_pictures.js';
import { TEXTS } from './texts.js';

/** Rendered colour pictures to choose from, each with what the network makes of it. */
export function SceneGallery() {
  const text = TEXTS[language.value];
  const open = model.value?.shipped ?? null;
  const reader = readsScenes(open) ? open : 'scenes-naive';
  const shown = subject.value?.origin === 'scene' ? subject.value.name : null;
  return (
    <div class="strips">
      <fieldset class="strip-group" data-control="scenes" onKeyDown={walk} data-test="scenes">
        <legend class="label">{text.legend}</legend>
        <div class="strip">
          {SCENES.map(({ name, thing, url, read }, i) => {
            const words = text.picture(thingName(thing), thingName(read[reader]));
            return (
              <button
                key={name}
                type="button"
                class="thumb scene"
                aria-pressed={shown === name}
                tabIndex={shown === null ? (i === 0 ? 0 : -1) : shown === name ? 0 : -1}
                title={words}
                data-scene={name}
                onClick={() => void openScene(name)}
              >
                <img src={url} alt="" width={64} height={64} loading="lazy" />
                <span class="visually-hidden">{words}</span>
                <span aria-hidden="true">
                  {thingName(thing)}
                  {thing !== read[reader] && <b> › {thingName(read[reader])}</b>}
                </span>
              </button>
            );
          })}
        </div>
      </fieldset>
      <p class="hint">{text.honest}</p>
    </div>
  );
}
