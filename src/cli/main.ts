#!/usr/bin/env node
import { removeStagings } from './output_folder.js';
import { EXIT, run } from './program.js';

// Ctrl-C ends the work at the next chunk and tidies up; a second one ends the process at once.
const controller = new AbortController();
process.once('SIGINT', () => {
  controller.abort(new Error('interrupted'));
  endAtOnce('SIGINT');
});
endAtOnce('SIGTERM');
endAtOnce('SIGHUP');

/** At this signal the process ends as it would without us, but leaves no temporary folder behind. */
function endAtOnce(signal: NodeJS.Signals): void {
  process.once(signal, () => {
    removeStagings();
    // Nobody listens any more.
    process.kill(process.pid, signal);
  });
}

// A reader that has seen enough (`pathlight ... | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? EXIT.done : EXIT.refused));

process.exitCode = await run(process.argv.slice(2), controller.signal);
