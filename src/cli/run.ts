// Stage: the last one. `cli/` is the command `deconvnet`, around the package's own public entries.
// In: arguments of a command line.
// Out: files, lines on the terminal, and an exit code. There is one file for each command, such as `mine.ts`.

import { Command, CommanderError } from 'commander';
import type { DeconvnetError } from 'deconvnet';
import { addAblation } from './ablation.js';
import { addActivations } from './activations.js';
import { messageOf } from './advice.js';
import { addCheck } from './check.js';
import { CliError } from './cli-error.js';
import { addConvert } from './convert.js';
import { addCorrespondence } from './correspondence.js';
import { addEvolution } from './evolution.js';
import { EXIT, EXIT_HELP, exitCodeOf } from './exit-code.js';
import { addFilters } from './filters.js';
import { addGallery } from './gallery.js';
import { addInvariance } from './invariance.js';
import { addLayers } from './layers.js';
import { packageVersion } from './load-library.js';
import { addMerge } from './merge.js';
import { addMine } from './mine.js';
import { addOcclusion } from './occlusion.js';
import { addProject } from './project.js';
import { addRuns } from './runs.js';
import { addSanity } from './sanity.js';
import { addStrongest } from './strongest.js';
import { addStudy } from './study.js';
import type { Terminal } from './terminal.js';
import { addWork } from './work.js';

/**
 * Runs the command line.
 *
 * @param args the words after `deconvnet`
 * @returns the exit code
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const program = new Command('deconvnet')
    .description('See what the feature maps of a TensorFlow.js LayersModel look for.')
    .version(packageVersion())
    .addHelpText('after', EXIT_HELP)
    .showHelpAfterError('(deconvnet --help, deconvnet COMMAND --help)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out.write(text),
      writeErr: (text) => terminal.err.write(text),
    });
  const commands = [
    ...[addGallery, addMine, addMerge, addWork, addRuns, addConvert, addLayers, addFilters],
    ...[addStrongest, addActivations, addProject, addCheck],
    ...[addEvolution, addInvariance, addOcclusion, addCorrespondence, addAblation, addSanity, addStudy],
  ];
  for (const add of commands) add(program, terminal, args);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    return report(error, terminal);
  }
}

/** Prints an error, and returns its exit code. */
function report(error: unknown, { err }: Terminal): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof CliError) {
    err.write(`${error.message}\n`);
    return error.exitCode;
  }
  const { name, code, stack } = error as { name?: string; code?: string; stack?: string };
  // The error is recognised by its name, because the library with its class may not be loaded.
  const exitCode = name === 'DeconvnetError' && code !== undefined ? exitCodeOf(code) : EXIT.bug;
  err.write(
    `${exitCode === EXIT.bug ? `This is a bug in deconvnet: ${stack ?? String(error)}` : messageOf(error as DeconvnetError)}\n`,
  );
  return exitCode;
}
