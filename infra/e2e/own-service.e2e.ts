/**
 * Nothing is fitted to the demo: services that are not in the repository, watched in the same way.
 * One is generated with names and lines nobody has seen; one is Debian's caddy, stripped, in front of a slow upstream.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { onTestFinished, expect, test } from 'vitest';
import { otherService } from '../demo/other-service.ts';
import { progressTo } from '../setup/steps.ts';
import { ensureDebianProgram } from '../setup/tasks/debian-program.ts';
import { ensureGo, goEnvironment, toolchain } from '../setup/tasks/go-toolchain.ts';
import { run } from '../setup/run.ts';
import { buildDemo, startDemo } from '../start/demo-target.ts';
import { dataPaths } from '../world/paths.ts';
import { freePort } from '../world/ports.ts';
import { startProcess } from '../world/process.ts';
import { npmStart, temporaryFolder } from './start.ts';

const GO = '1.24';
const paths = dataPaths();
const quiet = progressTo(() => undefined);

async function builtLoad(): Promise<string> {
  await quiet('go', () => ensureGo(paths, GO));
  return (await buildDemo(paths, GO)).load;
}

const post = (url: string): string => `node -e "fetch('${url}',{method:'POST'}).then(r=>{if(!r.ok)process.exit(1)})"`;

test('a service of random names is explained by its own names and lines', async () => {
  const seed = Date.now() % 1_000_000;
  const service = otherService(seed);
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(service.files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const load = await builtLoad();
  const exe = join(folder, 'stranger');
  await run(toolchain(paths, GO).go, ['build', '-o', exe, '.'], {
    cwd: folder,
    env: goEnvironment(paths, toolchain(paths, GO)),
    mend: `seed ${seed}`,
  });
  const stranger = startProcess({ name: 'stranger', command: exe, args: [], logFile: join(folder, 'stranger.log') });
  onTestFinished(() => stranger.stop());
  const { listen } = await stranger.event('ready', 10_000);
  const commands = [
    '--load',
    `${load} -url http://${String(listen)} -mix /work=1 -rate 150`,
    '--break',
    post(`http://${String(listen)}/break`),
  ];
  const result = await npmStart(['--once', '--json', '--data-dir', join(folder, 'data'), '--exe', exe, ...commands]);
  const { report, stderr } = result;
  expect(result.status, `seed ${seed}\n${stderr}`).toBe(0);
  expect(report.verdict, `seed ${seed}\n${stderr}`).toBe('contention');
  expect(report.waiter).toMatchObject({ function: service.waiter.function, line: service.waiter.line });
  expect(report.releasedAt).toMatchObject({ function: service.holder.function, line: service.holder.releaseLine });
  expect(report.pipeline['inserted']).toBe(report.pipeline['ringSubmitted']);
});

test("Debian's caddy is watched as it is, and its slow upstream is named, not its locks", async () => {
  const caddy = await ensureDebianProgram(paths, 'caddy', 'usr/bin/caddy');
  const load = await builtLoad();
  const upstream = await startDemo(paths, await buildDemo(paths, GO), { fault: 'downstream', requestsPerSecond: 1 });
  onTestFinished(() => upstream.stop());
  const [port, folder] = [await freePort(), temporaryFolder()];
  const proxy = `reverse-proxy --from :${port} --to ${upstream.address}`;
  const commands = [
    '--load',
    `${load} -url http://127.0.0.1:${port} -rate 150`,
    '--break',
    post(`http://${upstream.admin}/fault?name=downstream`),
  ];
  const args = ['--once', '--json', '--data-dir', folder, '--exe', caddy, '--exe-args', proxy, ...commands];
  const { status, report, stderr } = await npmStart(args, { XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder });
  expect(status, stderr).toBe(0);
  expect(report.verdict, stderr).toBe('downstream');
  expect(report.waiter).toBeNull();
  expect(report.run.probes).toBeGreaterThanOrEqual(8);
  expect(report.p99.duringMs.value).toBeGreaterThan(2 * report.p99.beforeMs.value);
  expect(report.pipeline['ringSubmitted']).toBeGreaterThan(1000);
  expect(report.pipeline['inserted']).toBe(report.pipeline['ringSubmitted']);
});
