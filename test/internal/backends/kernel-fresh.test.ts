import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

it('the bytes of the kernel in the source are those that its own source compiles to', async () => {
  const compile = '../../../assembly/compile.mjs';
  const { compileKernel } = (await import(compile)) as { compileKernel(): Promise<string> };
  expect(await readFile('src/backends/zeros/kernel-base64.ts', 'utf8')).toBe(await compileKernel());
});

it('the kernel imports a memory and puts nothing into it', async () => {
  const { KERNEL_BASE64 } = await import('../../../src/backends/zeros/kernel-base64.js');
  const bytes = Buffer.from(KERNEL_BASE64, 'base64');
  const module = new WebAssembly.Module(bytes);
  expect(WebAssembly.Module.imports(module)).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }]);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  new WebAssembly.Instance(module, { env: { memory } });
  expect(new Uint8Array(memory.buffer).every((byte) => byte === 0)).toBe(true);
});
