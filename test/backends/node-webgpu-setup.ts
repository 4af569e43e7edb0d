import { provideWebgpu } from '../../src/backends/node-webgpu.js';

await provideWebgpu();
