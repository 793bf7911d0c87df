/** A value that the code around it guarantees. Throws if it is missing after all, which is a defect of Pathlight; `what` names the value. */
export function present<T>(value: T | null | undefined, what: string): T {
  if (value === undefined || value === null) throw new Error(`defect: ${what} is missing`);
  return value;
}
