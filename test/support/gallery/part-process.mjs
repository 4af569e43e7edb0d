// A process that does parts of a gallery with the source: part-process.mjs OUT JOBS
import { createServer } from 'vite';

const [out, jobs] = process.argv.slice(2);
const server = await createServer({
  ...{ configFile: false, logLevel: 'error', appType: 'custom', optimizeDeps: { noDiscovery: true } },
  server: { middlewareMode: true, ws: false, watch: null },
});
const { runJobs } = await server.ssrLoadModule(new URL('./part-process.ts', import.meta.url).pathname);
await runJobs(out, JSON.parse(jobs));
await server.close();
