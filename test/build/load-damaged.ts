import { fileURLToPath } from 'node:url';
import { tempFolder } from '../support/temp-folder.js';
import { start } from './child.js';

/** How long a damaged model may take, with the start of the process, and how much memory JavaScript may use. */
const SECONDS = 20;
const MEGABYTES = 512;

/**
 * Loads the damaged models of some seeds in a process of its own. It prints a line of JSON before each model and after it.
 *
 * @param name the program
 * @returns what the process said, and why it ended; empty if it came to its end. The last line tells which model it was at
 */
export async function loadDamaged<Said>(
  name: string,
  from: number,
  to: number,
): Promise<{ readonly said: readonly Said[]; readonly end: string }> {
  const program = fileURLToPath(new URL(name, import.meta.url));
  const dist = new URL('../../dist/', import.meta.url).href;
  const { child, ended } = start([
    `--max-old-space-size=${MEGABYTES}`,
    program,
    dist,
    await tempFolder(),
    String(from),
    String(to),
  ]);
  let timer = setTimeout(() => undefined, 0);
  const expectLife = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => child.kill('SIGKILL'), SECONDS * 1000);
  };
  child.stdout!.on('data', expectLife);
  expectLife();
  const { code, signal, out, err } = await ended;
  clearTimeout(timer);
  const lines = out.split('\n').filter((line) => line.startsWith('{"seed"'));
  return { said: lines.map((line) => JSON.parse(line) as Said), end: signal ?? (code === 0 ? '' : err.slice(-2000)) };
}
