import { execFile } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const built = (name: string): string => fileURLToPath(new URL(`../../dist/${name}`, import.meta.url));

const classes = "['Deconvnet', 'DeconvnetError', 'PatchMiner', 'Projection']";

it.each([
  ['CommonJS', 'commonjs', `const core = require(${JSON.stringify(built('index.cjs'))});`],
  ['a module', 'module', `import * as core from ${JSON.stringify(pathToFileURL(built('index.js')).href)};`],
])('classes have their names in %s, and so has an uncaught error', async (_, type, load) => {
  const node = (code: string) => run(process.execPath, [`--input-type=${type}`, '-e', `${load} ${code}`]);
  const { stdout } = await node(`console.log(${classes}.map((name) => core[name].name).join())`);
  expect(stdout.trim()).toBe('Deconvnet,DeconvnetError,PatchMiner,Projection');
  const thrown = await node('new core.Deconvnet({})').catch((error: { stderr: string }) => error);
  expect(thrown.stderr).toMatch(/^DeconvnetError: A tf\.LayersModel is needed/m);
  expect(thrown.stderr).not.toMatch(/_class|_Deconvnet/);
});
