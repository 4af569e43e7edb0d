import { type Command, Option } from 'commander';
import type { KnownRun } from 'deconvnet/queue';
import { queueOptions } from './queue-options.js';
import { type Terminal, table } from './terminal.js';

/** `deconvnet runs`: lists the runs on a queue, or cancels one. */
export function addRuns(program: Command, terminal: Terminal): void {
  program
    .command('runs')
    .summary('list the runs on a queue, or cancel one')
    .description(
      'Lists the runs that a queue knows: what they do, how far they are, why they failed, and which workers do not join them. A run is known until seven days after its end.',
    )
    .addOption(queueOptions.queue('the address of the Redis server').makeOptionMandatory())
    .addOption(
      new Option('--cancel <id>', 'take this run from the queue; the results of its parts stay in the shared folder'),
    )
    .action(async ({ queue, cancel }: { readonly queue: string; readonly cancel?: string }) => {
      const { cancelRun, listRuns } = await import('deconvnet/queue');
      if (cancel !== undefined) {
        const wentOn = await cancelRun({ queue, id: cancel });
        const what = wentOn ? 'was cancelled' : 'had ended already, and its record was removed';
        terminal.out.write(`The run ${cancel} ${what}.\n`);
        return;
      }
      const runs = await listRuns({ queue });
      if (runs.length === 0) {
        terminal.err.write('There are no runs on this queue.\n');
        return;
      }
      const head = ['id', 'what', 'begun', 'items', 'parts', 'waiting', 'active', 'done', 'failed', 'state'];
      terminal.out.write(table([head, ...runs.map(row)]));
      for (const { id, failed, refusals } of runs) {
        if (failed !== undefined) terminal.err.write(`${id}: ${failed}\n`);
        for (const { worker, reason } of refusals) {
          terminal.err.write(`${id}: the worker ${worker} does not join it. ${reason}\n`);
        }
      }
    });
}

function row({ id, kind, created, items, parts, jobs, ended, failed }: KnownRun): string[] {
  const state = failed !== undefined ? 'failed' : ended ? 'ended' : 'open';
  const of = [jobs.waiting, jobs.active, jobs.completed, jobs.failed];
  // The queue has no jobs any more of a run that has ended.
  const counts = [String(items), String(parts), ...of.map((count) => (ended ? '-' : String(count)))];
  return [id, kind === 'mine' ? 'mining' : 'gallery', created.toISOString().slice(0, 16), ...counts, state];
}
