import { Command, CommanderError } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { showControls } from '../app.js';
import { PathlightError } from '../index.js';
import { EXIT } from './task.js';

const EXAMPLES = `
Exit codes: 0 done; 1 ran, but no edit was found; 2 bad input or usage (of several inputs, those that can be explained are).

Examples:
  $ pathlight study --out out
  $ pathlight inspect digits.onnx
  $ pathlight attribute digits.onnx seven.png --out out
  $ pathlight repair digits.onnx seven.png --target 7 --out out
  $ pathlight evaluate digits.onnx digits --out out
  $ pathlight bench --model digits.onnx
  $ pathlight doctor`;

/** Makes a command, which ends its work at the signal, and tells its exit code if it is not 0. */
export type CreateCommand = (signal: AbortSignal, finish: (exitCode: number) => void) => Command;

/** Runs a command line of these commands and returns the exit code. Every failure is reported on stderr, in one line. */
export async function run(commands: readonly CreateCommand[], args: readonly string[], signal: AbortSignal): Promise<number> {
  let exitCode: number = EXIT.done;
  const finish = (code: number) => {
    exitCode = code;
  };
  const program = new Command('pathlight')
    .description('Shows why an image classifier misread a picture, and finds the smallest edit that makes it read it right.')
    .version(packageJson.version)
    .addHelpText('after', EXAMPLES);
  for (const create of commands) {
    const command = create(signal, finish);
    command.exitOverride().configureOutput({ writeErr: () => {} });
    program.addCommand(command);
  }
  program.exitOverride().configureOutput({ writeErr: () => {} });
  try {
    if (args.length === 0) throw new PathlightError('cli.no-command');
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
    process.stderr.write(`pathlight: ${explain(error, signal).split('\n').map(showControls).join('\n')}\n`);
    return signal.aborted ? EXIT.interrupted : EXIT.refused;
  }
}

function explain(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'interrupted';
  if (error instanceof PathlightError) return oneLine(error.message);
  if (error instanceof CommanderError) return oneLine(error.message.replace(/^error: /, ''));
  if (process.env.PATHLIGHT_DEBUG === '1' && error instanceof Error && error.stack !== undefined) return `internal error: ${error.stack}`;
  const message = error instanceof Error ? error.message : String(error);
  return `internal error: ${oneLine(message)} (please report it, with the output under PATHLIGHT_DEBUG=1)`;
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' ');
}
