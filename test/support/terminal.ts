import { run } from '../../src/cli/run.js';

/** What a command line said, and its exit code. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process. */
export async function deconvnet(
  args: readonly string[],
  signal: AbortSignal = new AbortController().signal,
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
      },
    },
    interruptible: (work) => work(signal),
  });
  return { code, ...said };
}
