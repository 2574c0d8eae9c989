import type { Frame } from '@mapscope/golang';
import { describe, expect, it } from 'vitest';
import { loadBias } from './load-bias.ts';
import { lockOf } from './lock-of.ts';
import { isMachinery, packageOf } from './package-of.ts';
import { fnv1a, stackHash } from './stack-hash.ts';
import { createStackTable, NO_STACK } from './stack-table.ts';
import { userSite } from './user-site.ts';

/** "queue < semacquire1" as the stacks of real programs read; file and line do not matter here. */
const stack = (text: string): Frame[] =>
  text.split(' < ').map((name, line) => ({ function: name, file: `${name}.go`, line }));

describe('packageOf', () => {
  it.each([
    ['main.main', 'main'],
    ['net/http.(*conn).serve', 'net/http'],
    ['internal/sync.(*HashTrieMap[go.shape.interface {},go.shape.interface {}]).Load', 'internal/sync'],
    ['github.com/a.b/c.Do[go.shape.string]', 'github.com/a.b/c'],
    ['main.main.func1.2', 'main'],
    ['_rt0_amd64_linux', '_rt0_amd64_linux'],
  ])('%s → %s', (name, expected) => {
    expect(packageOf(name)).toBe(expected);
  });

  it('runtime and sync are machinery, what only looks like them is not', () => {
    for (const name of [
      'runtime.gopark',
      'sync.(*Mutex).Lock',
      'internal/sync.(*Mutex).lockSlow',
      'sync/atomic.AddInt64',
      'internal/runtime/maps.(*Map).Delete',
      'runtime/internal/atomic.Cas',
      'internal/poll.runtime_Semacquire',
      '_.goready.func1',
    ])
      expect(isMachinery(name), name).toBe(true);
    for (const name of [
      'main.sync',
      'runtime/pprof.StartCPUProfile',
      'golang.org/x/sync/errgroup.(*Group).Go',
      'internal/poll.(*fdMutex).rwlock',
    ])
      expect(isMachinery(name), name).toBe(false);
  });
});

describe('lockOf', () => {
  it.each([
    [
      'Mutex, Go 1.24',
      'mutex',
      4,
      'runtime.(*semaRoot).queue < runtime.semacquire1 < internal/sync.runtime_SemacquireMutex < internal/sync.(*Mutex).lockSlow < internal/sync.(*Mutex).Lock < sync.(*Mutex).Lock < main.(*cache).get',
    ],
    [
      'Mutex, Go 1.19 without the direct caller',
      'mutex',
      4,
      'runtime.(*semaRoot).queue < sync.runtime_SemacquireMutex < sync.(*Mutex).lockSlow < sync.(*Mutex).Lock < main.get',
    ],
    [
      'RLock behind a writer',
      'rwmutex_read',
      12,
      'runtime.(*semaRoot).queue < runtime.semacquire1 < sync.runtime_SemacquireRWMutexR < sync.(*RWMutex).RLock < main.read',
    ],
    [
      'RLock, Go 1.19',
      'rwmutex_read',
      12,
      'runtime.(*semaRoot).queue < sync.runtime_SemacquireMutex < sync.(*RWMutex).RLock < main.read',
    ],
    [
      'Lock waiting for readers',
      'rwmutex_write',
      8,
      'runtime.(*semaRoot).queue < runtime.semacquire1 < sync.runtime_SemacquireRWMutex < sync.(*RWMutex).Lock < main.write',
    ],
    [
      'Lock waiting for another writer',
      'rwmutex_write',
      4,
      'runtime.(*semaRoot).queue < runtime.semacquire1 < internal/sync.runtime_SemacquireMutex < internal/sync.(*Mutex).lockSlow < internal/sync.(*Mutex).Lock < sync.(*Mutex).Lock < sync.(*RWMutex).Lock < main.write',
    ],
    [
      'WaitGroup',
      'waitgroup',
      0,
      'runtime.(*semaRoot).queue < runtime.semacquire1 < sync.runtime_SemacquireWaitGroup < sync.(*WaitGroup).Wait < main.contend',
    ],
    [
      'a collector waiting',
      'gc',
      0,
      'runtime.(*semaRoot).queue < runtime.semacquire1 < runtime.semacquire < runtime.gcStart < runtime.mallocgc < main.alloc',
    ],
    [
      'stop the world',
      'gc',
      0,
      'runtime.(*semaRoot).queue < runtime.semacquire1 < runtime.stopTheWorldGC < runtime.ReadMemStats < main.stats',
    ],
    [
      'a file descriptor',
      'other',
      0,
      'runtime.(*semaRoot).queue < runtime.semacquire1 < internal/poll.runtime_Semacquire < internal/poll.(*fdMutex).rwlock < net.(*conn).Write < main.main',
    ],
    [
      'user code above a lock does not matter',
      'other',
      0,
      'runtime.(*semaRoot).queue < main.wait < sync.(*RWMutex).Lock',
    ],
    ['no stack', 'other', 0, ''],
  ])('%s', (_, kind, semaOffset, text) => {
    expect(lockOf(text === '' ? [] : stack(text))).toEqual({ kind, semaOffset });
  });
});

describe('userSite', () => {
  it('is the first frame that is not machinery', () => {
    expect(userSite(stack('runtime.a < sync.b < main.c < main.d')).function).toBe('main.c');
  });
  it('else the outermost frame before the end', () => {
    expect(userSite(stack('runtime.a < runtime.gcBgMarkWorker < runtime.goexit')).function).toBe(
      'runtime.gcBgMarkWorker',
    );
    expect(userSite([])).toEqual({ function: '', file: '', line: 0 });
  });
});

describe('stackHash', () => {
  it('is FNV-1a: the test vectors of its authors', () => {
    expect(fnv1a(new TextEncoder().encode(''))).toBe(0xcbf29ce484222325n);
    expect(fnv1a(new TextEncoder().encode('a'))).toBe(0xaf63dc4c8601ec8cn);
    expect(fnv1a(new TextEncoder().encode('foobar'))).toBe(0x85944171f73967e8n);
  });
  it('tells builds and lines apart', () => {
    const frames = stack('a < b');
    expect(stackHash('x', frames)).not.toBe(stackHash('y', frames));
    expect(stackHash('x', frames)).not.toBe(
      stackHash(
        'x',
        frames.map((frame) => ({ ...frame, line: frame.line + 1 })),
      ),
    );
  });
});

describe('loadBias', () => {
  const segments = [
    { vaddr: 0, fileOffset: 0, size: 0x5000, executable: false },
    { vaddr: 0x6a40, fileOffset: 0x5a40, size: 0x1000, executable: true },
  ];
  const maps = [
    '55d0aa000000-55d0aa005000 r--p 00000000 08:01 77 /app',
    '7f00aa000000-7f00aa001000 r-xp 00005000 08:01 99 /lib/other.so',
    '55d0aa006000-55d0aa008000 r-xp 00005000 08:01 77 /app',
  ].join('\n');
  it('is 0 for a binary at fixed addresses', () => {
    expect(loadBias({ pie: false, loadSegments: segments }, maps, 77)).toBe(0n);
  });
  it('is found through the first mapping of the right file', () => {
    expect(loadBias({ pie: true, loadSegments: segments }, maps, 77)).toBe(0x55d0aa000000n);
  });
  it('is the same through a mapping that begins before its segment', () => {
    const last = maps.split('\n')[2] ?? '';
    expect(loadBias({ pie: true, loadSegments: segments }, last, 77)).toBe(0x55d0aa000000n);
  });
  it('is the same where pages have 16 KiB, of which a mapping may begin three quarters before its segment', () => {
    const arm64 = [
      { vaddr: 0, fileOffset: 0, size: 0x18000, executable: false },
      { vaddr: 0x2a000, fileOffset: 0x1a000, size: 0x1000, executable: true },
    ];
    const mapping = '55d0aa028000-55d0aa030000 r-xp 00018000 08:01 77 /app';
    expect(loadBias({ pie: true, loadSegments: arm64 }, mapping, 77)).toBe(0x55d0aa000000n);
  });
  it('refuses to guess', () => {
    expect(() => loadBias({ pie: true, loadSegments: segments }, maps, 5)).toThrow(/inode 5/);
  });
});

const stackSource = (asked: number[] = []) => ({
  addresses: (id: number) => {
    asked.push(id);
    return id === 9 ? undefined : [0x1000n + 0x400000n, 0x2000n + 0x400000n];
  },
  frames: (address: number): Frame[] => [{ function: `f${address.toString(16)}`, file: 'f.go', line: address }],
  loadBias: 0x400000n,
  buildId: 'build',
});

describe('createStackTable', () => {
  it('looks at the probed address itself and one byte before each return address', () => {
    const names = createStackTable(stackSource())
      .find(1)
      .frames.map((frame) => frame.function);
    expect(names).toEqual(['f1000', 'f1fff']);
  });
  it('asks the kernel once per id, and reports each stack once', () => {
    const asked: number[] = [];
    const table = createStackTable(stackSource(asked));
    table.find(1);
    table.find(1);
    table.find(2);
    expect(asked).toEqual([1, 2]);
    expect(table.takeNew()).toHaveLength(1);
    expect(table.takeNew()).toHaveLength(0);
  });
  it('puts the caller behind the probed function', () => {
    const names = createStackTable(stackSource())
      .findWithCaller(1, 0x401235n)
      .frames.map((frame) => frame.function);
    expect(names).toEqual(['f1000', 'f1234', 'f1fff']);
  });
  it('an event without a stack has the stack 0', () => {
    const table = createStackTable(stackSource());
    expect(table.find(-1)).toBe(NO_STACK);
    expect(table.find(9).hash).toBe(0n);
    expect(table.takeNew()).toEqual([]);
  });
});
