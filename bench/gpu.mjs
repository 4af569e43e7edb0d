// The jobs that run on every backend, on the graphics card of this machine: with WebGPU in Node, and with WebGPU, WebGL
// and (to compare) wasm in Chromium. Build first, or run `npm run bench:gpu [-- --quick] [--json FOLDER]`.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** Where drivers of Vulkan register themselves. */
const DRIVERS = ['/etc/vulkan/icd.d', '/usr/share/vulkan/icd.d', '/usr/local/share/vulkan/icd.d'];
/** Where Debian's Chromium has a loader of Vulkan and a driver that computes in software. */
const CHROMIUM = '/usr/lib/chromium';

const file = (name) => fileURLToPath(new URL(name, import.meta.url));
const { values: options } = parseArgs({ options: { quick: { type: 'boolean' }, json: { type: 'string' } } });
const hasDriver = DRIVERS.some(
  (folder) => existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.json')),
);
const env = {
  ...process.env,
  LD_LIBRARY_PATH: [process.env.LD_LIBRARY_PATH, CHROMIUM].filter(Boolean).join(':'),
  ...(!hasDriver && !process.env.VK_DRIVER_FILES && { VK_DRIVER_FILES: `${CHROMIUM}/vk_swiftshader_icd.json` }),
};
if (!hasDriver)
  console.log('No driver of a graphics card is installed for Vulkan: what follows computes in software.\n');

const runs = [
  { title: 'WebGPU in Node', script: 'bench.mjs', backend: 'webgpu', env },
  ...['webgpu', 'webgl', 'wasm'].map((backend) => ({
    ...{ title: `${backend} in Chromium`, script: 'browser.mjs', backend },
    env: process.env,
  })),
];
for (const { title, script, backend, env: own } of runs) {
  console.log(`== ${title}`);
  const args = [file(script), '--backend', backend];
  if (options.quick) args.push('--quick');
  if (options.json) args.push('--json', join(options.json, `${title.replaceAll(' ', '-').toLowerCase()}.json`));
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', env: own });
  if (status !== 0) {
    console.log(`${title} did not run (see above).`);
    process.exitCode = 1;
  }
  console.log();
}
