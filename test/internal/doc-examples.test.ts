import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { use } from '../support/backends.js';
import { docBlocks, filesBelow } from '../support/doc-blocks.js';

const folder = resolve('out/doc-examples');
const blocks = [...filesBelow('src', '.ts'), 'README.md', ...filesBelow('docs', '.md')].flatMap(docBlocks);
const files = blocks.map((_, i) => join(folder, `example-${i}.ts`));

describe('examples in the documentation', () => {
  beforeAll(async () => {
    await use('cpu');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    // A block without import or export would be a script, which has no top-level await.
    for (const [i, { code }] of blocks.entries()) writeFileSync(files[i]!, `${code}\nexport {};\n`);
  });

  it('are there, in docstrings and in pages', () => {
    expect(blocks.filter(({ at }) => at.startsWith('src/')).length).toBeGreaterThan(5);
    expect(blocks.filter(({ at }) => at.startsWith('README.md')).length).toBeGreaterThan(2);
  });

  // The compiler checks all blocks in one call: 20 s of CPU time, beside other tests and on a busy machine over a minute.
  it('compile', { timeout: 240_000 }, () => {
    const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, resolve('.'));
    const program = ts.createProgram([...files, 'src/node/gallery/raw.d.ts'], {
      ...options,
      isolatedDeclarations: false,
      declaration: false,
    });
    const found = ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
      const index = files.indexOf(resolve(file?.fileName ?? ''));
      const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
      return `${blocks[index]?.at ?? file?.fileName}, line ${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
    expect(found).toEqual([]);
  });

  it.each(blocks.map(({ at }, i) => [at, files[i]!] as const))('run: %s', async (_, file) => {
    await import(/* @vite-ignore */ pathToFileURL(file).href);
  });

  afterAll(() => use('cpu'));
});
