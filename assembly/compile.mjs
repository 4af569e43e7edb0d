// Compiles skip-zeros.ts for `npm run build:wasm`, and for the test that compares the result with what is committed.
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

/** The TypeScript module that contains the compiled kernel as text, so that bundlers have no file to find. */
export async function compileKernel() {
  const written = new Map();
  const { error, stderr } = await asc.main(
    [
      'skip-zeros.ts',
      // The kernel works in the memory of TensorFlow.js. It must neither ask for a size of its own nor put data there.
      ...['--importMemory', '--noExportMemory', '--maximumMemory', '65536', '--runtime', 'stub', '--use', 'abort='],
      ...['--enable', 'simd', '--optimizeLevel', '3', '--noAssert'],
      ...['--baseDir', fileURLToPath(new URL('.', import.meta.url)), '--outFile', 'skip-zeros.wasm'],
    ],
    { writeFile: (name, contents) => written.set(name, contents) },
  );
  if (error) throw new Error(`${error.message}\n${stderr}`);
  const binary = written.get('skip-zeros.wasm');
  return [
    '// `npm run build:wasm` made this file from assembly/skip-zeros.ts.',
    '',
    '/** The kernel as a WebAssembly module, in base64. */',
    'export const KERNEL_BASE64: string =',
    `  '${Buffer.from(binary).toString('base64')}';`,
    '',
  ].join('\n');
}
