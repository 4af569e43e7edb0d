// Compiles the kernel into the source of the package: npm run build:wasm.
import { writeFile } from 'node:fs/promises';
import { compileKernel } from './compile.mjs';

await writeFile(new URL('../src/backends/zeros/kernel-base64.ts', import.meta.url), await compileKernel());
