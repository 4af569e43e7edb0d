import { execFile } from 'node:child_process';
import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { describe, expect, inject, it, vi } from 'vitest';
import { filesIn } from '../../support/files-in.js';
import { Stage } from '../../support/queue/stage.js';
import { tempFolder } from '../../support/temp-folder.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const PASSWORD = 'p%40ss-w0rd+"\'$&';
const limited = { mining: { limit: 40 } };

describe('a worker', { timeout: 600_000 }, () => {
  it('of another version does not join, says what differs, and the coordinator warns', async () => {
    const folder = await tempFolder();
    const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    await cp(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
    await writeFile(join(folder, 'package.json'), JSON.stringify({ ...manifest, version: '99.0.0' }));
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));

    const stage = await Stage.set(limited);
    const coordinator = stage.coordinator({ parts: 2 });
    const other = stage.worker({}, { env: { DIST: pathToFileURL(join(folder, 'dist/queue.js')).href } });
    const { warning } = await coordinator.until((line) => line.warning);
    const differs = `library: deconvnet ${manifest.version} there, deconvnet 99.0.0 here`;
    expect(warning).toEqual({
      code: 'state-mismatch',
      message: expect.stringMatching(new RegExp(`^The worker \\S+ does not join the run\\. ${differs}`)),
    });
    expect(await other.until(({ what }) => what === 'refused')).toMatchObject({ reason: differs });
    stage.worker();
    const { state } = await coordinator.until((line) => line.state);
    expect(state).toBe(await stage.expected());
    expect(other.lines.map(({ what }) => what)).toEqual(['refused']);
    expect(other.isAlive, other.text).toBe(true);
  });

  it.runIf(inject('long'))(
    'joins a run that was begun with the build for require, which is the same version',
    async () => {
      const stage = await Stage.set(limited);
      stage.mining = { ...stage.mining, model: join(root, 'examples/cifar10-zfnet/model') };
      delete (stage.mining as { setup?: string | URL }).setup;
      const coordinator = stage.coordinator({}, { env: { DIST: pathToFileURL(join(root, 'dist/queue.cjs')).href } });
      const worker = stage.worker();
      const { state } = await coordinator.until((line) => line.state ?? line.error ?? line.warning);
      expect(state, coordinator.text).toBe(await stage.expected());
      expect(worker.isAlive, worker.text).toBe(true);
    },
  );

  it('with another mirror of the user does not join', async () => {
    const stage = await Stage.set(limited);
    const gate = await readFile(stage.mining.setup as string, 'utf8');
    const setup = join(stage.folder, 'other-gate.mjs');
    await writeFile(setup, gate.replace('(signal) => signal', '(signal) => signal.neg()'));
    const stop = new AbortController();
    const mined = stage.mine({ parts: 2, signal: stop.signal });
    const { reason } = await stage.worker({ setup }).until(({ what }) => what === 'refused');
    expect(reason).toMatch(/^own mirrors: 1, SHA-256 \w{64} there, 1, SHA-256 \w{64} here$/);
    stop.abort(new Error('enough'));
    await expect(mined).rejects.toThrow('enough');
  });

  it('that may not read the pictures says what to do', async () => {
    const stage = await Stage.set(limited);
    const stop = new AbortController();
    const mined = stage.mine({ parts: 1, attempts: 10, signal: stop.signal });
    const worker = stage.worker({ folders: [stage.folder] });
    await worker.until(({ reason = '' }) => /This worker may not read .*\.png.*--allow FOLDER/.test(reason));
    stop.abort(new Error('enough'));
    await expect(mined).rejects.toThrow('enough');
  });
});

/** Everything that a server keeps. */
async function kept(redis: Redis): Promise<string> {
  const keys = await redis.keys('*');
  const values = await Promise.all(keys.map((key) => redis.dumpBuffer(key)));
  return keys.join('\n') + Buffer.concat(values.map((value) => value ?? Buffer.alloc(0))).toString('latin1');
}

/** Mines with a password, which the worker has in its environment, and expects that nothing contains it. */
async function expectSecret(
  stage: Stage,
  redis: Redis,
  { queue, env = {} }: { readonly queue: string; readonly env?: Readonly<Record<string, string>> },
): Promise<void> {
  stage.gate({ holdAt: 1 });
  const coordinator = stage.coordinator({ parts: 2, queue }, { env });
  const worker = stage.worker({}, { env: { ...env, DECONVNET_QUEUE_PASSWORD: PASSWORD } });
  await stage.untilMined(1);
  const during = (await kept(redis)) + [...(await filesIn(stage.share)).values()].map(decoded).join('');
  stage.gate({});
  const { state } = await coordinator.until((line) => line.state ?? line.error);
  expect(state, coordinator.text).toBe(await stage.expected());
  const after = (await kept(redis)) + [...(await filesIn(stage.share)).values()].map(decoded).join('');
  worker.kill('SIGTERM');
  await worker.ended;
  expect(during).toContain('deconvnet:runs');
  for (const text of [during, after, coordinator.text, worker.text]) {
    for (const secret of [PASSWORD, encodeURIComponent(PASSWORD)]) expect(text).not.toContain(secret);
  }
}

const decoded = (base64: string): string => Buffer.from(base64, 'base64').toString('latin1');

describe('a password', { timeout: 600_000 }, () => {
  it('is given in the address or in the environment, and is nowhere else', async () => {
    const stage = await Stage.set({ ...limited, redis: ['--requirepass', PASSWORD] });
    const plain = stage.server.url;
    const redis = new Redis(plain, { password: PASSWORD });
    await expect(stage.mine()).rejects.toMatchObject({
      code: 'queue-unreachable',
      message: expect.stringMatching(
        /redis:\/\/127\.0\.0\.1:\d+ asks for a password\. .*DECONVNET_QUEUE_PASSWORD.*NOAUTH/,
      ),
    });
    const secret = encodeURIComponent(PASSWORD);
    await expectSecret(stage, redis, { queue: plain.replace('//', `//:${secret}@`) });
    redis.disconnect();

    const wrong = encodeURIComponent(`${PASSWORD}!`);
    stage.useQueue(plain.replace('//', `//someone:${wrong}@`));
    const said = await stage.mine().catch(({ message, stack }: Error) => message + stack);
    expect(said).toMatch(/refuses the user name or the password\. Check .*WRONGPASS/);
    expect(said).not.toMatch(/p(%40|@)ss-w0rd/);
  });

  it('goes through TLS, with a certificate that Node trusts', async () => {
    const folder = await tempFolder();
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-days', '2'];
    const files = ['-keyout', key, '-out', cert];
    await promisify(execFile)('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject, ...files]);
    const tls = [
      '--tls-cert-file',
      cert,
      '--tls-key-file',
      key,
      '--tls-auth-clients',
      'no',
      '--tls-ca-cert-file',
      cert,
    ];
    const stage = await Stage.set({ ...limited, redis: ['--requirepass', PASSWORD, ...tls], tls: true });
    const { port } = stage.server;
    const redis = new Redis({ port, password: PASSWORD, tls: { ca: await readFile(cert) } });
    stage.useQueue(`rediss://127.0.0.1:${port}`);
    const env = { NODE_EXTRA_CA_CERTS: cert };
    await expectSecret(stage, redis, { queue: `rediss://:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}`, env });
    redis.disconnect();
    // This process does not trust the certificate.
    vi.stubEnv('DECONVNET_QUEUE_PASSWORD', PASSWORD);
    await expect(stage.mine()).rejects.toMatchObject({
      code: 'queue-unreachable',
      message: expect.stringMatching(/^The Redis server rediss:\/\/127.*self-signed certificate/),
    });
    vi.unstubAllEnvs();
  });
});
