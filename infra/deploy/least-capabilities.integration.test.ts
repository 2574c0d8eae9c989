/**
 * The capabilities of mapscope-agent.service are the least: with them, and NoNewPrivileges, the kernel takes all that
 * probes need, also from a user who is not root; without any one of them it does not, and the doctor names the one.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { readUnits } from './units.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    kafkaBrokers: string[];
  }
}

const INGEST = new URL('../../apps/ingest/dist/main.js', import.meta.url).pathname;
const GO = (process.env['MAPSCOPE_GO_ROOTS']?.split(':') ?? [])
  .concat('/usr/lib/go-1.19', '/usr/lib/go', '/usr/local/go')
  .map((root) => join(root, 'bin/go'))
  .find((go) => existsSync(go));
const OTHER_USER = 65_534;
const NEEDED = readUnits().find(({ file }) => file === 'mapscope-agent.service')?.capabilities ?? [];

/** As systemd starts a unit: the bounding set, and for one who is not root AmbientCapabilities too. */
function settings(user: number, capabilities: readonly string[]): string[] {
  const set = ['-all', ...capabilities.map((name) => `+${name.replace('CAP_', '').toLowerCase()}`)].join(',');
  const who = [`--reuid=${user}`, `--regid=${user}`, '--clear-groups', '--no-new-privs'];
  return [...who, `--bounding-set=${set}`, `--inh-caps=${set}`, `--ambient-caps=${set}`];
}

const isRoot = process.getuid?.() === 0 && spawnSync('setpriv', ['--version']).status === 0;
const mayRead = (): boolean =>
  spawnSync('setpriv', [...settings(OTHER_USER, []), process.execPath, '--check', INGEST]).status === 0;
const lacking = [
  isRoot ? [] : 'root with setpriv',
  GO === undefined ? 'Go' : [],
  inject('kafkaBrokers') === undefined ? 'a broker' : [],
].flat();

function doctor(user: number, capabilities: readonly string[]): readonly string[] {
  const args = [...settings(user, capabilities), process.execPath, INGEST, 'doctor', '--families', 'lock,http'];
  const { stdout } = spawnSync('setpriv', args, { encoding: 'utf8', cwd: tmpdir() });
  return stdout.split('\n').map((line) => line.replaceAll(/ +/g, ' '));
}

function folderOfTest(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mapscope-least-'));
  chmodSync(folder, 0o755);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const SERVICE = `package main
import ("fmt"; "net"; "net/http")
func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok") })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil { panic(err) }
	fmt.Println(l.Addr())
	panic(http.Serve(l, nil))
}`;

function startProgram(command: string, args: readonly string[]): ChildProcess {
  // topics of its own, not those of the other tests
  const env = { ...process.env, MAPSCOPE_TOPIC_PREFIX: `least-${process.pid}.` };
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'], cwd: tmpdir(), env });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  return child;
}

/** A Go service of a user who is neither root nor the agent's. */
async function startService(folder: string): Promise<{ readonly pid: string; readonly url: string }> {
  const env = { ...process.env, GOCACHE: join(folder, 'cache'), GO111MODULE: 'off', GOFLAGS: '', GOTOOLCHAIN: 'local' };
  writeFileSync(join(folder, 'main.go'), SERVICE);
  execFileSync(GO ?? '', ['build', '-o', 'service', 'main.go'], { cwd: folder, env });
  const child = startProgram('setpriv', [...settings(OTHER_USER, []), join(folder, 'service')]);
  if (child.stdout === null) throw new Error('the service has no output');
  const address = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  return { pid: String(child.pid), url: `http://${String(address.value)}/` };
}

/** What the agent says, line by line, until it ends. */
function startAgent(folder: string, pid: string, capabilities: readonly string[]) {
  const kafka = ['--kafka-brokers', inject('kafkaBrokers').join(',')];
  const flags = ['--pid', pid, '--families', 'lock,http', '--data-dir', join(folder, 'data'), ...kafka];
  const child = startProgram('setpriv', [...settings(0, capabilities), process.execPath, INGEST, 'agent', ...flags]);
  const told: string[] = [];
  if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', (line) => told.push(line));
  return { child, told, ended: once(child, 'exit') };
}

describe.skipIf(lacking.length > 0)(`least capabilities (skipped where lacking: ${lacking.join(', ')})`, () => {
  test.skipIf(!mayRead())('a user who is not root can do with them all that probes ask of the kernel', () => {
    const lines = doctor(OTHER_USER, NEEDED);
    for (const check of ['ring buffer works', 'program works', 'uprobe-multi link works', 'family lock works'])
      expect(lines).toContain(`ok ${check}`);
    expect(lines).toContain(`ok capabilities ${NEEDED.join(', ')}`);
  });

  test.each(NEEDED)('without %s the doctor names it', (name) => {
    const lines = doctor(
      0,
      NEEDED.filter((other) => other !== name),
    );
    expect(lines.join('\n')).toContain(`not ok capabilities ${name} missing: `);
    if (name !== 'CAP_SYS_PTRACE') expect(lines.join('\n')).toMatch(/not ok program .* EPERM/);
  });

  test("the agent probes another user's service with them", async () => {
    const folder = folderOfTest();
    const service = await startService(folder);
    const agent = startAgent(folder, service.pid, NEEDED);
    await expect.poll(() => agent.told.join('\n'), { timeout: 60_000 }).toContain('"event":"attached"');
    for (let i = 0; i < 20; i++) await (await fetch(service.url)).text();
    agent.child.kill('SIGTERM');
    expect(await agent.ended).toEqual([0, null]);
    const stopped = agent.told.find((line) => line.includes('"event":"stopped"')) ?? '';
    expect(stopped).toContain('"http_requests":{"submitted":20,"lost":0}');
    expect(stopped).toContain('"published":{"http_requests":{"rows":20,');
  });

  test("without CAP_SYS_PTRACE it cannot look into another user's service", async () => {
    const folder = folderOfTest();
    const service = await startService(folder);
    const agent = startAgent(
      folder,
      service.pid,
      NEEDED.filter((name) => name !== 'CAP_SYS_PTRACE'),
    );
    expect(await agent.ended).toEqual([2, null]);
    expect(agent.told.join('\n')).toContain('"event":"error"');
  });
});
