import { Command } from 'commander';
export function studyCommand(_signal: AbortSignal, _finish: (exitCode: number) => void): Command {
  return new Command('study');
}
