#!/usr/bin/env node
import { EXIT } from './exit-code.js';
import { interruptible } from './interruptible.js';
import { run } from './run.js';

// `deconvnet layers MODEL | head` closes the pipe early. This is not a failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok);
  throw error;
});
process.exitCode = await run(process.argv.slice(2), {
  out: process.stdout,
  err: process.stderr,
  interruptible,
});
