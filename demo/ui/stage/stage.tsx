import { useEffect } from 'preact/hooks';
import { messages } from '../i18n/index.js';
import { endPlay, isArrival, play, playing, plays } from '../state/arrival.js';
import { FixPanel } from './fix_panel.js';
import { ReadPanel } from './read_panel.js';
import { TryYourOwn } from './try_your_own.js';
import { WhyPanel } from './why_panel.js';

/**
 * The answer on one screen: what is read, why, and how little turns it. It begins with an example that was computed when the page was built, and
 * then follows what the visitor chooses.
 */
export function Stage() {
  useEffect(play, []);
  return (
    <section
      class="stage"
      id="stage"
      aria-label={messages.value.stage.label}
      data-test="stage"
      data-playing={playing.value}
      data-example={isArrival.value}
    >
      <div key={plays.value} class={playing.value ? 'card panels playing' : 'card panels'} onAnimationEnd={endOfStory}>
        <ReadPanel />
        <WhyPanel />
        <FixPanel />
      </div>
      <TryYourOwn />
    </section>
  );
}

/** The last animation of the story has this name in styles/stage.css. */
function endOfStory({ animationName }: AnimationEvent): void {
  if (animationName === 'story-ends') endPlay();
}
