#!/usr/bin/env node
import { PathlightError } from '../index.js';
import { commands } from './commands/index.js';
import { removeStagings } from './output_folder.js';
import { run } from './program.js';
import { EXIT } from './task.js';

// The first Ctrl-C ends the work at the next chunk and tidies up. Where nothing is ready to end yet, as while a driver compiles kernels, the
// process ends soon all the same. A second Ctrl-C ends it at once.
const PATIENCE_MILLISECONDS = 500;
const controller = new AbortController();
process.once('SIGINT', () => {
  controller.abort(new Error('interrupted'));
  endAtOnce('SIGINT');
  setTimeout(() => {
    process.stderr.write('pathlight: interrupted\n');
    // Not process.exit, which waits for the driver.
    process.kill(process.pid, 'SIGINT');
  }, PATIENCE_MILLISECONDS).unref();
});
endAtOnce('SIGTERM');
endAtOnce('SIGHUP');

/** At this signal the process ends as it would by default, but leaves no temporary folder behind. */
function endAtOnce(signal: NodeJS.Signals): void {
  process.once(signal, () => {
    removeStagings();
    // The listener was removed by `once`, so the signal now has its default effect.
    process.kill(process.pid, signal);
  });
}

// It is no error if the reader of stdout stops early (`pathlight ... | head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.done);
  removeStagings();
  process.stderr.write(
    `pathlight: ${new PathlightError('out.unwritable', { path: 'stdout', detail: error.code ?? error.message }).message}\n`,
  );
  process.exit(EXIT.refused);
});

process.exitCode = await run(commands, process.argv.slice(2), controller.signal);
