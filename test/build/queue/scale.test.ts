import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, it } from 'vitest';
import { tempFolder } from '../../support/temp-folder.js';
import { start } from '../child.js';

const bench = fileURLToPath(new URL('../../../bench/queue.mjs', import.meta.url));

/** A row of the benchmark: figures by name. */
type Row = Readonly<Record<string, number | string | readonly string[]>>;

/** Runs the simulation, and returns its rows by name. */
async function simulate(options: Readonly<Record<string, number>>): Promise<ReadonlyMap<string, Row>> {
  const json = join(await tempFolder(), 'queue.json');
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const { code, err } = await start([bench, ...flags, '--json', json]).ended;
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const { rows } = JSON.parse(await readFile(json, 'utf8')) as { readonly rows: readonly (Row & { what: string })[] };
  return new Map(rows.map((row) => [row.what, row]));
}

describe('a run of many parts', { timeout: inject('long') ? 3_600_000 : 240_000 }, () => {
  const [parts, workers, kills] = inject('long') ? [10_000, 200, 5] : [300, 20, 1];
  const pictures = inject('long') ? 128 : 32;

  it('takes little of the server, and gives the sum of its parts', async () => {
    const rows = await simulate({ parts, workers, kills, pictures, maps: 2, seconds: 0.2, lock: 2000 });

    const flow = rows.get('the flow')!;
    expect(flow.jobs).toBe(parts);
    // A list of the pictures of a part would not fit into this. What a server needs without any job is included.
    expect(flow['per part']).toBeLessThan(inject('long') ? 2500 : 5000);
    // One for each job, and a few more.
    expect(flow.commands).toBeLessThan(parts + 100);

    // Looking how far the run is takes about one command for each worker, however many parts there are.
    const looks = rows.get('looking how far it is')!;
    expect(looks.looks).toBeGreaterThan(0);
    expect(looks['commands of each, the median']).toBeLessThan(2 * workers + 30);

    const done = rows.get('the parts')!;
    expect(done['processes killed']).toBe(kills);
    expect(done['parts begun again']).toBeGreaterThan(0);

    const merging = rows.get('merging')!;
    expect(merging).toMatchObject({ pictures: parts * pictures, compared: 10, differences: [], 'jobs left': 0 });
  });
});
