/**
 * Milliseconds of processor time, of all threads of this process, that a function takes. Other work of the machine does not lengthen it, as it does what
 * a clock says.
 */
export function processorTime(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
