/** Reads what the visitor chose on an earlier visit. It is kept in this browser alone. A browser that keeps nothing throws. */
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
