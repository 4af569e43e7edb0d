import type { Deconvnet } from 'deconvnet';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-code.js';
import type { Terminal } from './terminal.js';

/** Stops before the mining where a layer cannot be projected; of layers nobody named, tells which are left out. */
export function requireMirrors({ layers }: Deconvnet, chosen: readonly string[] | undefined, { err }: Terminal): void {
  const blocked = layers.filter(
    ({ name, className, blockedBy }) =>
      blockedBy !== null && (chosen ? chosen.includes(name) : /Conv\dD/.test(className)),
  );
  const [first] = blocked;
  if (!first) return;
  const why = `layer '${first.blockedBy}' has no mirror. Give it one, exported as mirrors from a module of your own (--import MODULE), or take its plain gradient (--fallback gradient)`;
  if (chosen) throw new CliError(EXIT.input, `Layer '${first.name}' cannot be projected: ${why}.`);
  err.write(`Left out: ${blocked.map(({ name }) => name).join(', ')}, since ${why}.\n`);
}
