/** Scrolls to a section, and gives it the focus: keys and screen readers go on from there. */
export function showSection(id: string): void {
  const section = document.getElementById(id);
  if (section === null) return;
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  section.scrollIntoView({ behavior: still ? 'auto' : 'smooth' });
  section.focus({ preventScroll: true });
}
