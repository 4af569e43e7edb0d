import { run } from '../../src/cli/run.js';

/** What a command line said, and its exit code. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs a command line in this process.
 *
 * @param signal what interrupts it, where it can be
 * @param onErr is called with what it writes to stderr
 */
export async function deconvnet(
  args: readonly string[],
  signal: AbortSignal = new AbortController().signal,
  onErr: (text: string) => void = () => undefined,
): Promise<Said> {
  const said = { out: '', err: '' };
  const code = await run(args, {
    out: {
      write: (text) => {
        said.out += text;
      },
    },
    err: {
      write: (text) => {
        said.err += text;
        onErr(text);
      },
    },
    interruptible: (work) => work(signal),
  });
  return { code, ...said };
}
