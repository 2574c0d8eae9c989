/**
 * The same demo service and an agent of its own in the arm64 machine, beside those on this one: events of two platforms come
 * through one broker. Times in there are the emulation's, and the agent's platform tag says so.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { MapscopeError } from '@mapscope/events';
import { run } from '../setup/run.ts';
import { goEnvironment, toolchain } from '../setup/tasks/go-toolchain.ts';
import { EventLog, parseEvent, type ProcessEvent } from '../world/event-log.ts';
import { REPO_ROOT, type DataPaths } from '../world/paths.ts';
import type { ArchiveEntry } from './archive.ts';
import { agentEntries } from './repository.ts';
import { ensureArm64, runOnArm64 } from './run.ts';

export interface FleetOptions {
  /** of the broker, on this machine's loopback */
  readonly brokerPort: number;
  /** builds the service; fetched already */
  readonly goVersion: string;
  readonly requestsPerSecond: number;
}

export interface Fleet {
  /** what its agent said when it attached */
  readonly attached: ProcessEvent;
  readonly setFault: (name: string) => Promise<void>;
  /** load, agent (which sends what it has) and service end; then the machine */
  readonly stop: () => Promise<void>;
}

/** Half a minute where nothing else runs. */
const ATTACH_MILLIS = 600_000;
const ANSWER_MILLIS = 60_000;
const LIMIT_SECONDS = 12 * 3600;
const SIZE = { cpu: 'neoverse-n1', cpus: 2, memoryMiB: 1536 } as const;
const GUEST = new URL('guest/fleet.mjs', import.meta.url);

export async function startFleet(paths: DataPaths, options: FleetOptions): Promise<Fleet> {
  const link = await openLink();
  const { ended, abort } = await boot(paths, options, link);
  let faults = 0;
  const attached = await link.events
    .wait('attached', ATTACH_MILLIS, 'the agent in the arm64 machine')
    .catch(async (error: unknown) => {
      abort();
      await ended;
      link.close();
      throw error;
    });
  return {
    attached,
    setFault: async (name) => {
      const answer = `fault-${++faults}`;
      link.say(`fault ${name} ${answer}`);
      await link.events.wait(answer, ANSWER_MILLIS, 'the service in the arm64 machine');
    },
    stop: async () => {
      link.say('stop');
      await ended;
      link.close();
    },
  };
}

interface Booted {
  /** Never fails: whoever waits for an event hears of it, and a machine that died with rows shows in the counts of the pipeline. */
  readonly ended: Promise<unknown>;
  readonly abort: () => void;
}

async function boot(paths: DataPaths, options: FleetOptions, link: Link): Promise<Booted> {
  const machine = await ensureArm64(paths, 'cloud-arm64');
  const files = [...(await agentEntries(paths)), ...(await demoEntries(paths, options.goVersion))];
  const outputFolder = mkdtempSync(join(tmpdir(), 'mapscope-fleet-'));
  const output: string[] = [];
  const abort = new AbortController();
  const running = runOnArm64(paths, machine, {
    size: SIZE,
    files: [...files, { kind: 'text', path: 'job/fleet.mjs', text: readFileSync(GUEST, 'utf8') }],
    command: `node fleet.mjs ${link.port} ${options.brokerPort} ${options.requestsPerSecond}\n`,
    limitSeconds: LIMIT_SECONDS,
    onOutput: (text) => void output.push(text),
    outputFolder,
    abort: abort.signal,
  });
  const ended = running
    .catch((error: unknown) => void output.push(String(error)))
    .finally(() => {
      link.events.end(() => fleetEnded(output));
      rmSync(outputFolder, { recursive: true, force: true });
    });
  return { ended, abort: () => abort.abort() };
}

interface Link {
  readonly port: number;
  readonly events: EventLog;
  readonly say: (line: string) => void;
  readonly close: () => void;
}

/** One connection from in there: events come, words go. */
function openLink(): Promise<Link> {
  const events = new EventLog();
  let guest: net.Socket | undefined;
  const server = net.createServer((socket) => {
    guest = socket.on('error', () => undefined);
    createInterface({ input: socket }).on('line', (line) => {
      const event = parseEvent(line);
      if (event !== undefined) events.push(event);
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const close = (): void => {
        guest?.destroy();
        server.close();
      };
      resolve({ port, events, say: (line) => void guest?.write(`${line}\n`), close });
    });
  });
}

async function demoEntries(paths: DataPaths, version: string): Promise<readonly ArchiveEntry[]> {
  const tools = toolchain(paths, version);
  const folder = join(paths.bin, `arm64/demo-go${version}`);
  mkdirSync(folder, { recursive: true });
  const env = { ...goEnvironment(paths, tools), GOOS: 'linux', GOARCH: 'arm64', CGO_ENABLED: '0' };
  const cwd = join(REPO_ROOT, 'infra/demo');
  const mend = `the demo service does not build for arm64 with Go ${version}`;
  for (const name of ['order', 'load'])
    await run(tools.go, ['build', '-o', join(folder, name), `./${name}`], { cwd, env, mend });
  return ['order', 'load'].map((name) => ({ kind: 'copy', path: `demo/${name}`, from: join(folder, name) }));
}

function fleetEnded(output: readonly string[]): MapscopeError {
  const said = output.join('').trimEnd().split('\n').slice(-12).join('\n');
  return new MapscopeError('SETUP_FAILED', `the arm64 machine ended; it said:\n${said}`);
}
