// A process that does parts of a gallery, of the source: part-process.mjs OUT JOBS
import { runnerImport } from 'vite';

const [out, jobs] = process.argv.slice(2);
const file = new URL('./part-process.ts', import.meta.url).pathname;
const { module } = await runnerImport(file, { configFile: false, logLevel: 'error' });
await module.runJobs(out, JSON.parse(jobs));
