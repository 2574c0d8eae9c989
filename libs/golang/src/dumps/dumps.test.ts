import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { MapscopeError } from '@mapscope/events';
import { parseHeader } from './dump-header.ts';
import { parseGoroutineDump } from './goroutine-dump.ts';
import { groupGoroutines } from './groups.ts';
import { lockWaits } from './lock-waits.ts';
import { calledOperation, scopeOf, userFrame } from './user-frame.ts';

/** As Go 1.26 prints it, with a panic before it and registers after it. */
const CRASH = `panic: out of luck

goroutine 18 gp=0xc000006c40 m=3 mp=0xc000080008 [running]:
main.fail({0x4b1f2a, 0x3}, 0x7)
	/src/main.go:12 +0x1d fp=0xc000046fb8 sp=0xc000046f98 pc=0x47f2dd
created by main.main in goroutine 1
	/src/main.go:20 +0x5f

goroutine 1 [select, 5 minutes, locked to thread]:
main.(*Cache[...]).Get(...)
	/src/cache.go:42
...23 frames elided...
main.main()
	/src/main.go:21 +0x6a
[originating from goroutine 4]:
main.boot()
	/src/boot.go:3 +0x1
created by main.init
	/src/boot.go:9 +0x2

goroutine 9 [running]:
	goroutine running on other thread; stack unavailable

runtime stack:
runtime.throw({0x1, 0x2})
	/go/panic.go:1 +0x1
rax    0x0
`;

test('a crash is read: header, arguments, places, creator, elided frames, ancestors; the rest is counted', () => {
  const { goroutines, unreadLines, unreadSamples, isCut } = parseGoroutineDump(CRASH);
  expect(goroutines).toMatchObject([
    {
      goid: 18,
      state: 'running',
      frames: [{ function: 'main.fail', arguments: '{0x4b1f2a, 0x3}, 0x7', file: '/src/main.go', line: 12 }],
      creator: { function: 'main.main', file: '/src/main.go', line: 20 },
      creatorGoid: 1,
    },
    {
      goid: 1,
      state: 'select',
      waitMinutes: 5,
      isLockedToThread: true,
      frames: [
        { function: 'main.(*Cache[...]).Get', arguments: '...', file: '/src/cache.go', line: 42 },
        { function: 'main.main', arguments: '', line: 21 },
      ],
      elidedFrames: 23,
      ancestors: [4],
      creator: undefined,
    },
    { goid: 9, state: 'running', frames: [] },
  ]);
  expect([unreadLines, unreadSamples[0], isCut]).toEqual([5, 'panic: out of luck', false]);
  expect(parseGoroutineDump(CRASH.replaceAll('\n', '\r\n'))).toEqual(parseGoroutineDump(CRASH));
});

test.each([
  ['goroutine 7 [chan receive (nil chan)]:', { state: 'chan receive (nil chan)' }],
  ['goroutine 7 [IO wait (scan), 61 minutes]:', { state: 'IO wait', waitMinutes: 61 }],
  ['goroutine 7 [sleep (durable), synctest bubble 6]:', { state: 'sleep (durable)' }],
  ['goroutine 7 [chan send (leaked)]:', { state: 'chan send (leaked)' }],
  ['goroutine 7 [select] {"trace": "4bf9"}:', { state: 'select' }],
  ['goroutine 7 gp=0x1 m=nil [GC worker (idle)]:', { state: 'GC worker (idle)' }],
  ['goroutine x [select]:', undefined],
  ['goroutine 7 [select]', undefined],
])('header %s', (line, wanted) => {
  const header = parseHeader(line);
  if (wanted === undefined) expect(header).toBeUndefined();
  else expect(header).toMatchObject({ goid: 7, ...wanted });
});

test('a text that ends within a goroutine says so and keeps what is there', () => {
  const text = 'goroutine 1 [select]:\nmain.a()\n\t/a.go:1 +0x1\nmain.b(0x1)\n';
  expect(parseGoroutineDump(text)).toMatchObject({
    isCut: true,
    goroutines: [{ frames: [{ line: 1 }, { file: '' }] }],
  });
  expect(parseGoroutineDump(`${text}\t/b.g`)).toMatchObject({ isCut: true, unreadLines: 1 });
  expect(parseGoroutineDump(`${text}\t/b.go:2 +0x1`)).toMatchObject({ isCut: false, unreadLines: 0 });
});

test.each([
  ['', 'it is empty'],
  ['<!DOCTYPE html><title>502</title>', "a proxy's error"],
  ['goroutine profile: total 3\n1 @ 0x1', 'summary of debug=1'],
  ['--- mutex:\ncycles/second=1', 'mapscope profile'],
  ['hello', 'debug=2'],
])('what is no dump is refused with what to do: %j', (text, told) => {
  expect(() => parseGoroutineDump(text)).toThrow(told);
});

const scraps = fc.constantFrom(...CRASH.split('\n'), '\t/x.go', 'created by ', '[originating from goroutine 1]:', '\r');

test('any text is read or refused; no line is lost', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(scraps, fc.string())), (lines) => {
      try {
        const { goroutines, unreadLines } = parseGoroutineDump(lines.join('\n'));
        expect(goroutines.length + unreadLines).toBeLessThanOrEqual(lines.join('\n').split('\n').length);
        const held = groupGoroutines(goroutines).reduce((sum, { count }) => sum + count, 0);
        expect(held).toBe(goroutines.length);
        expect(lockWaits(goroutines).length).toBeLessThanOrEqual(held);
      } catch (error) {
        expect(error).toBeInstanceOf(MapscopeError);
      }
    }),
    { interruptAfterTimeLimit: 2_000 },
  );
});

test.each([
  ['example.com/shop.(*Cache[...]).Get.func1', 'example.com/shop.(*Cache)'],
  ['main.work', 'main.work'],
  ['main.work.func2', 'main.work'],
  ['gopkg.in/yaml%2ev3.(*parser).next', 'gopkg.in/yaml%2ev3.(*parser)'],
  ['panic', 'panic'],
])('%s belongs to %s', (name, scope) => expect(scopeOf(name)).toBe(scope));

const named = (...names: string[]) => names.map((name) => ({ function: name }));

test("the program's own frame is the first outside runtime and sync", () => {
  const frames = named('internal/sync.(*Mutex).lockSlow', 'sync.(*Mutex).Lock', 'main.f', 'runtime.goexit');
  expect([userFrame(frames)?.function, calledOperation(frames)]).toEqual(['main.f', 'sync.(*Mutex).Lock']);
  expect(userFrame(named('synctool.Run', 'main.f'))?.function).toBe('synctool.Run');
  expect(userFrame(named('runtime.a', 'runtime.b'))?.function).toBe('runtime.a');
  expect([userFrame([]), calledOperation([])]).toEqual([undefined, '']);
});

const waiter = (goid: number, method: string, receiver: string): string =>
  `goroutine ${goid} [sync.Mutex.Lock, ${goid} minutes]:\ninternal/sync.(*Mutex).lockSlow(0xc000abc${goid})\n\t/go/mutex.go:149 +0x1\nsync.(*Mutex).Lock(...)\n\t/go/mutex.go:46\n${method}(${receiver})\n\t/src/a.go:7 +0x1\n\n`;

test('waits for locks have their site, and holders only as guesses, the same object first', () => {
  const text = [
    waiter(1, 'main.(*A).Get', '0xc000000100'),
    waiter(2, 'main.(*A).Get', '0xc000000100'),
    waiter(3, 'main.(*B).Get', '0xc000000200'),
    'goroutine 4 [IO wait]:\nmain.(*A).Other(0xc000000900)\n\t/src/a.go:20 +0x1\n\n',
    'goroutine 5 [IO wait]:\nmain.(*A).Rebuild(0xc000000100)\n\t/src/a.go:30 +0x1\n\n',
    'goroutine 6 [semacquire]:\nsync.(*WaitGroup).Wait(0xc000000100)\n\t/go/w.go:1\nmain.(*A).Join()\n\t/src/a.go:40\n',
  ].join('');
  const sites = lockWaits(parseGoroutineDump(text).goroutines);
  expect(sites).toMatchObject([
    {
      operation: 'sync.(*Mutex).Lock',
      count: 2,
      longestWaitMinutes: 2,
      goids: [1, 2],
      locks: ['0xc000abc1', '0xc000abc2'],
      at: { function: 'main.(*A).Get', line: 7 },
    },
    { count: 1, at: { function: 'main.(*B).Get' }, holderGuesses: [] },
  ]);
  const guessed = sites[0]?.holderGuesses.map(({ goids, hasSameReceiver }) => [goids, hasSameReceiver]);
  expect(guessed).toEqual([
    [[5], true],
    [[4], false],
    [[6], false],
  ]);
});

test('one that holds a lock while it waits for another is a candidate', () => {
  const stuck = waiter(2, 'main.(*B).Get', '0xc000000200').trimEnd();
  const text = `${waiter(1, 'main.(*A).Get', '0xc000000100')}${stuck}\nmain.(*A).Fill(0xc000000100)\n\t/src/a.go:9 +0x1\n`;
  const site = lockWaits(parseGoroutineDump(text).goroutines).find(({ at }) => at.function === 'main.(*A).Get');
  expect(site?.holderGuesses).toMatchObject([
    { goids: [2], at: { function: 'main.(*A).Fill' }, hasSameReceiver: true },
  ]);
});
