/** What a visitor chose is kept on this machine alone. Browsers that keep nothing throw: then nothing is kept. */
export function readPreference(name: string): string | undefined {
  try {
    return localStorage.getItem(`pathlight.${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

export function writePreference(name: string, value: string): void {
  try {
    localStorage.setItem(`pathlight.${name}`, value);
  } catch {
    // The choice then lasts as long as the page.
  }
}
