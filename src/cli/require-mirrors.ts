import type { Deconvnet } from 'deconvnet';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-code.js';
import type { Terminal } from './terminal.js';

/** Stops before the mining if a chosen layer cannot be projected. If no layers are chosen, says which are left out. */
export function requireMirrors(deconvnet: Deconvnet, chosen: readonly string[] | undefined, { err }: Terminal): void {
  const { network, mirrors } = deconvnet.engine;
  const wanted = network.nodes.filter((node) => (chosen ? chosen.includes(node.name) : mirrors.isConvolution(node)));
  const blocked = wanted.map(({ index }) => deconvnet.layers[index]!).filter(({ blockedBy }) => blockedBy !== null);
  const [first] = blocked;
  if (!first) return;
  const why = `layer '${first.blockedBy}' has no mirror. Give it one, exported as mirrors from a module of your own (--import MODULE), or take its plain gradient (--fallback gradient)`;
  if (chosen) throw new CliError(EXIT.input, `Layer '${first.name}' cannot be projected: ${why}.`);
  err.write(`Left out: ${blocked.map(({ name }) => name).join(', ')}, since ${why}.\n`);
}
