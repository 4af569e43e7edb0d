import { join } from 'node:path';
import * as vite7 from 'vite';
import * as vite8 from 'vite8';
import { writeFiles } from '../../support/temp-folder.js';
import { resultAt, resultOf } from './in-chromium.js';

/** The versions of Vite that people have. */
export type ViteName = 'Vite 7' | 'Vite 8';

const vites = { 'Vite 7': vite7, 'Vite 8': vite8 };

/** What docs/browser.md says of workers. */
const worker = { format: 'es' } as const;

/** Where in a project a version of Vite puts what it builds. */
export function outDir(name: ViteName): string {
  return `out-${name.replace(' ', '-')}`;
}

/** What a page of one script leaves in `window.result` when Vite's dev server serves it, and what that server logs as errors. */
export async function inDevServer(
  name: ViteName,
  root: string,
  script: string,
): Promise<{ result: unknown; errors: string[] }> {
  await writePage(root, script);
  const vite = vites[name];
  const errors: string[] = [];
  const server = await vite.createServer({
    root,
    configFile: false,
    // The two versions share the project, and must not share what they have prepared.
    cacheDir: `node_modules/.${outDir(name)}`,
    customLogger: { ...vite.createLogger('silent'), error: (message) => errors.push(message) },
    worker,
    server: { host: '127.0.0.1', port: 0 },
  });
  try {
    await server.listen();
    return { result: await resultAt(server.resolvedUrls!.local[0]!), errors };
  } finally {
    await server.close();
  }
}

/** Builds a page of one script, and gives what it leaves in `window.result`. */
export async function inBuild(name: ViteName, root: string, script: string): Promise<unknown> {
  await writePage(root, script);
  // Vite's plugin for React says the same of JSX to Vite 7; Vite 8 has it so by itself.
  const jsx = name === 'Vite 7' ? { esbuild: { jsx: 'automatic' } as const } : {};
  const build = { outDir: outDir(name) };
  await vites[name].build({ root, configFile: false, logLevel: 'error', worker, ...jsx, build });
  return resultOf(join(root, outDir(name)));
}

function writePage(root: string, script: string): Promise<void> {
  return writeFiles(root, { 'index.html': `<!doctype html><body><script type="module" src="./${script}"></script>` });
}
