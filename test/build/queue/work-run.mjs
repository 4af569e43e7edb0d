// A worker in a process of its own: node work-run.mjs OPTIONS, as JSON. Prints what happens, a line of JSON each. DIST may
// name another build.

const { work } = await import(process.env.DIST ?? new URL('../../../dist/queue.js', import.meta.url).href);
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
try {
  say({ report: await work({ ...JSON.parse(process.argv[2]), onRun: say, onPart: say, signal: stop.signal }) });
} catch ({ code, message }) {
  say({ error: { code, message } });
  process.exitCode = 1;
}
