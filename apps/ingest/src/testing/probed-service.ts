/** A Go service nobody prepared, built once per test file and started per test. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll } from 'vitest';

/** Every request takes a lock that another goroutine holds half of the time. */
const SERVICE = `package main

import ("fmt"; "net"; "net/http"; "os"; "sync"; "syscall"; "time")

func main() {
	var mu sync.Mutex
	go func() { for { mu.Lock(); time.Sleep(2 * time.Millisecond); mu.Unlock(); time.Sleep(2 * time.Millisecond) } }()
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { mu.Lock(); mu.Unlock(); fmt.Fprint(w, "ok") })
	http.HandleFunc("/hello", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "hello") })
	http.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) { time.Sleep(900 * time.Millisecond); fmt.Fprint(w, "slow") })
	http.HandleFunc("/crash", func(http.ResponseWriter, *http.Request) { var free sync.Mutex; free.Unlock() })
	http.HandleFunc("/become", func(_ http.ResponseWriter, r *http.Request) {
		panic(syscall.Exec(r.FormValue("exe"), os.Args, os.Environ()))
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil { panic(err) }
	fmt.Println(l.Addr())
	panic(http.Serve(l, nil))
}
`;

export interface Service {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly url: string;
  /** Another program in the same process, by exec; where it listens. */
  readonly become: (exe: string) => Promise<string>;
}

export interface StartOptions {
  /** a copy of the service; else the service itself */
  readonly exe?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface ProbedService {
  /** what this machine has not, for a skip that says why */
  readonly lacking: readonly string[];
  readonly folder: string;
  readonly startService: (options?: StartOptions) => Promise<Service>;
}

/** A GOROOT: of the toolchains that npm test fetched (MAPSCOPE_GO_ROOTS), else where Go is usually installed. */
function findGoRoot(): string | undefined {
  const fetched = process.env['MAPSCOPE_GO_ROOTS']?.split(':') ?? [];
  const roots = [...fetched, '/usr/lib/go-1.19', '/usr/lib/go', '/usr/local/go'];
  return roots.find((root) => existsSync(join(root, 'bin/go')));
}

/** To be called once, at the top of a test file. */
export function probedService(brokers: readonly string[]): ProbedService {
  const goRoot = findGoRoot();
  const isRoot = process.getuid?.() === 0;
  const lacking = [
    brokers.length === 0 ? 'a broker' : [],
    goRoot === undefined ? 'Go' : [],
    isRoot ? [] : 'root',
  ].flat();
  const folder = mkdtempSync(join(tmpdir(), 'mapscope-agent-'));
  const started: ChildProcess[] = [];
  beforeAll(() => {
    if (lacking.length > 0) return;
    writeFileSync(join(folder, 'main.go'), SERVICE);
    const settings = {
      GOCACHE: process.env['GOCACHE'] ?? join(tmpdir(), 'mapscope-probe-test', 'cache'),
      GO111MODULE: 'off',
      GOFLAGS: '',
      GOTOOLCHAIN: 'local',
    };
    const env = { ...process.env, ...settings, GOROOT: goRoot };
    execFileSync(join(goRoot ?? '', 'bin/go'), ['build', '-o', 'service', 'main.go'], { cwd: folder, env });
  });
  afterAll(() => {
    for (const child of started) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  const startService = async ({ exe = join(folder, 'service'), env = {} }: StartOptions = {}): Promise<Service> => {
    const child = spawn(exe, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'ignore'] });
    started.push(child);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const address = async (): Promise<string> => `http://${String((await lines.next()).value)}/`;
    const url = await address();
    const become = async (next: string): Promise<string> => {
      // The connection is cut by exec.
      fetch(`${url}become?exe=${encodeURIComponent(next)}`).catch(() => undefined);
      return await address();
    };
    return { child, pid: child.pid ?? -1, url, become };
  };
  return { lacking, folder, startService };
}
