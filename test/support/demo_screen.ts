import type { Page, Viewport } from 'puppeteer';

// When the page has done what follows from an event, a new size of the window, or a scroll. All of it is told in frames of the page, so that it holds on a
// slow machine, too.

/**
 * Waits for what the page does about an event without asking anybody: it renders at once; what it measures, loads and asks for begins in the next frame,
 * and timers of no length follow. An event that the protocol has sent, a click or a key, has been handled by then on a machine of any speed. What the
 * engine answers, and what is loaded, comes later.
 */
export function rendered(page: Page): Promise<void> {
  return page.evaluate(async () => {
    for (let frame = 0; frame < 2; frame++) {
      await new Promise(requestAnimationFrame);
      await new Promise((resolve) => setTimeout(resolve));
    }
  });
}

/** Waits until colours and places have stopped changing. A bar that says that something is computed moves until that is done, and is not waited for. */
export async function motionless(page: Page): Promise<void> {
  await rendered(page);
  await page.evaluate(() => {
    const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
    return Promise.allSettled(ending.map(({ finished }) => finished));
  });
}

/** Changes the size of the window, or the kind of screen, and waits until the page has followed: charts are as wide as their place in the next frame. */
export async function resize(page: Page, viewport: Viewport): Promise<void> {
  await page.setViewport(viewport);
  await page.waitForFunction((width) => document.documentElement.clientWidth === width, {}, viewport.width);
  await rendered(page);
}

/** Prints the page, or shows it on the screen again, and waits until it has followed. */
export async function showOn(page: Page, medium: 'print' | 'screen'): Promise<void> {
  await page.emulateMediaType(medium === 'print' ? 'print' : undefined);
  await page.waitForFunction((wanted) => matchMedia(wanted).matches, {}, medium);
  await rendered(page);
}

/** Scrolls to an element, and waits until it, and what is above it, has come to rest: parts of the page load when they are shown. Returns its place. */
export async function steadyBox(page: Page, selector: string): Promise<{ x: number; y: number; width: number; height: number }> {
  await page.waitForSelector(selector);
  return await page.$eval(selector, async (element) => {
    let [place, frames] = [Number.NaN, 0];
    while (frames < 20) {
      element.scrollIntoView({ block: 'center', behavior: 'instant' });
      await new Promise(requestAnimationFrame);
      const { top } = element.getBoundingClientRect();
      frames = top === place ? frames + 1 : 0;
      place = top;
    }
    const { x, y, width, height } = element.getBoundingClientRect();
    return { x, y, width, height };
  });
}
