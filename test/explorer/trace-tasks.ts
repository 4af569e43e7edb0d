import type { Page } from 'playwright';

/** A task of the page's own thread, in milliseconds. */
export interface Task {
  /** From start to end, with all that the machine did in between. */
  readonly wall: number;
  /** What the thread itself computed. */
  readonly cpu: number;
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Does something with a page, and tells which tasks its own thread ran. */
export async function traceTasks(page: Page, work: () => Promise<void>): Promise<Task[]> {
  const client = await page.context().newCDPSession(page);
  await client.send('Tracing.start', {
    transferMode: 'ReturnAsStream',
    traceConfig: { includedCategories: ['toplevel'] },
  });
  await work();
  const complete = new Promise<{ stream?: string }>((resolve) => client.once('Tracing.tracingComplete', resolve));
  await client.send('Tracing.end');
  const { stream } = await complete;
  const chunks: string[] = [];
  for (let eof = false; !eof; ) {
    const chunk = await client.send('IO.read', { handle: stream!, size: 2 ** 20 });
    chunks.push(chunk.data);
    eof = chunk.eof;
  }
  const { traceEvents } = JSON.parse(chunks.join('')) as { traceEvents: TraceEvent[] };
  const key = ({ pid, tid }: TraceEvent): string => `${pid}:${tid}`;
  const threads = new Set(
    traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain').map(key),
  );
  return traceEvents
    .filter((event) => threads.has(key(event)) && event.name.endsWith('RunTask') && event.tdur !== undefined)
    .map(({ dur = 0, tdur = 0 }) => ({ wall: dur / 1000, cpu: tdur / 1000 }));
}
