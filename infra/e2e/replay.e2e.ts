/**
 * `--replay`: the recorded run of the demo shop gives its verdict again, computed live, by a user without any right but
 * to a folder of its own, and labelled wherever it shows. The lines expected are read from the demo's source: when that
 * moves, record again (infra/replay/README.md).
 */
import { spawn } from 'node:child_process';
import { chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { REPO_ROOT } from '../world/paths.ts';
import { npmStart, temporaryFolder, type Report } from './start.ts';

const NOBODY = 65_534;
const FREE_PORTS = ['--port', '0', '--kafka-port', '0', '--clickhouse-port', '0', '--otlp-port', '0'];
const CACHE = join(REPO_ROOT, 'infra/demo/order/cache.go');
const RECORDING = join(REPO_ROOT, 'infra/replay/order-lock.capture');

interface ReplayReport extends Report {
  readonly service: string;
  readonly replay: Readonly<Record<'recordedAt' | 'kernel' | 'buildId' | 'goVersion', string>>;
}

/** 1-based line of the only line of the file that contains `text`. */
function lineWith(text: string): number {
  const lines = readFileSync(CACHE, 'utf8').split('\n');
  const found = lines.flatMap((line, index) => (line.includes(text) ? [index + 1] : []));
  expect(found, `${text} in ${CACHE}`).toHaveLength(1);
  return found[0] ?? 0;
}

/** Owned by nobody: home and data of a user that may write nowhere else. */
function foldersOfNobody(): { readonly home: string; readonly data: string } {
  const root = temporaryFolder();
  const folders = { home: join(root, 'home'), data: join(root, 'data') };
  for (const folder of Object.values(folders)) mkdirSync(folder);
  for (const folder of [root, ...Object.values(folders)]) chownSync(folder, NOBODY, NOBODY);
  return folders;
}

/** What the recording says of itself, as anybody can read it: the JSON behind the 16 bytes of its opening. */
function headerOfRecording(): Readonly<Record<string, unknown>> {
  const bytes = readFileSync(RECORDING);
  return JSON.parse(bytes.subarray(16, 16 + bytes.readUInt32LE(8)).toString('utf8'));
}

test.skipIf(process.getuid?.() !== 0)(
  'nobody gets the verdict of the recorded run, labelled, with every event accounted for (needs root to become nobody)',
  async () => {
    const { home, data } = foldersOfNobody();
    const args = ['--replay', '--once', '--json', '--data-dir', data];
    const { status, stderr, ...result } = await npmStart(args, { HOME: home }, { uid: NOBODY });
    expect(status, stderr).toBe(0);
    // The report of a replay has one field more, which is looked at below.
    const report = result.report as ReplayReport;
    expect(report.verdict, stderr).toBe('contention');
    expect(report.waiter).toMatchObject({ function: 'main.(*Cache).Get', line: lineWith('c.mu.RLock()') });
    expect(report.releasedAt).toMatchObject({ function: 'main.(*Cache).Rebuild', line: lineWith('c.mu.Unlock()') });
    expect(report.waiter?.file).toMatch(/cache\.go$/);
    expect(report.explained?.value).toBeGreaterThan(0.5);

    const { recordedAt, kernel, buildId, goVersion } = headerOfRecording();
    expect(report.replay).toEqual({ recordedAt, kernel, buildId, goVersion });
    const label = `replay of a run recorded ${String(recordedAt)} on Linux ${String(kernel)}`;
    expect(report.sentence).toContain(`[${label}]`);
    expect(stderr).toContain(`REPLAY     ${label}`);
    expect(stderr).not.toContain('watching');

    const { ringSubmitted, published, inserted, publishedBatches, insertedBatches } = report.pipeline;
    expect(ringSubmitted).toBeGreaterThan(1000);
    expect({ published, inserted }).toEqual({ published: ringSubmitted, inserted: ringSubmitted });
    expect(insertedBatches).toBe(publishedBatches);
  },
);

test('a damaged recording is refused with its offset and how to mend it', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'cut.capture');
  writeFileSync(file, readFileSync(RECORDING).subarray(0, -1000));
  const { status, stderr } = await npmStart(['--replay', file, '--once', '--data-dir', join(folder, 'data')]);
  expect(status, stderr).toBe(1);
  expect(stderr).toContain('BATCH_MALFORMED: byte ');
  expect(stderr).toMatch(/byte \d+ of the capture's unpacked frames: .* was cut/);
  expect(stderr).toContain('infra/replay/README.md');
});

test('without --once it stays for looking around, says replay in /status, and a signal ends it in order', async () => {
  // What npm start runs, but reachable by a signal: npm does not pass SIGTERM on.
  const command = [join(REPO_ROOT, 'infra/setup/bootstrap.mjs'), 'start', ...FREE_PORTS, '--replay'];
  const child = spawn(process.execPath, command, { cwd: REPO_ROOT });
  onTestFinished(() => void (child.exitCode === null && child.kill('SIGTERM')));
  let [text, said] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (text += data.toString()));
  child.stderr.on('data', (data: Buffer) => (said += data.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const answered = expect.poll(() => text, { timeout: 240_000, interval: 500 }).toMatch(/\] p99\s+of\s+`order`\s+rose/);
  await Promise.race([answered, ended.then((status) => expect.fail(`ended too early with ${status}: ${said}`))]);
  expect(text).toContain('keys: q quits');
  const [url = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(text) ?? [];
  const answer = await fetch(`${url}/api/v1/status`);
  // The contract's shape; only the states are looked at.
  const { agents } = (await answer.json()) as { agents: { state: string }[] };
  expect(new Set(agents.map(({ state }) => state))).toEqual(new Set(['replay']));
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});
