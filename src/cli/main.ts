#!/usr/bin/env node
import { EXIT, run } from './program.js';

// Ctrl-C ends the work at the next chunk and tidies up; a second one ends the process at once.
const controller = new AbortController();
process.once('SIGINT', () => controller.abort(new Error('interrupted')));

// A reader that has seen enough (`pathlight ... | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? EXIT.done : EXIT.refused));

process.exitCode = await run(process.argv.slice(2), controller.signal);
