import { readFileSync } from 'node:fs';
import { GOROUTINE_DUMPS } from '@mapscope/events';
import { structOffsets } from '@mapscope/golang';
import { describe, expect, it } from 'vitest';
import { CRASH_HOOKS, GOROUTINE, PARK_HOOK } from './hooks.ts';
import { FLIGHT_CRASH, FLIGHT_ENTRY, FLIGHT_HEAD, GOROUTINE_CONTEXT } from './layout.ts';

const flight = readFileSync(new URL('./flight.h', import.meta.url), 'utf8');
const records = readFileSync(new URL('../../../bpf/records.h', import.meta.url), 'utf8');

/** What the _Static_asserts of flight.h say of a struct; of a nested field its last name. */
function inHeader(struct: string): Readonly<Record<string, number>> {
  const fields = flight.matchAll(new RegExp(`offset_of\\(struct ${struct}, (?:[\\w.]+\\.)?(\\w+)\\) == (\\d+)`, 'g'));
  const size = new RegExp(`sizeof\\(struct ${struct}\\) == (\\d+)`).exec(flight)?.[1];
  return Object.fromEntries([['sizeBytes', Number(size)], ...[...fields].map(([, name, at]) => [name, Number(at)])]);
}

describe('the layouts say the same as flight.h', () => {
  it.each([
    ['flight_entry', FLIGHT_ENTRY],
    ['flight_head', FLIGHT_HEAD],
    ['flight_crash', FLIGHT_CRASH],
    ['goroutine', GOROUTINE_CONTEXT],
  ])('struct %s', (struct, layout) => {
    expect(layout).toEqual(inHeader(struct));
  });

  it.each([
    ['CHANGE', 'runtime.casgstatus'],
    ['PARK', 'runtime.gopark'],
    ['ENTER_SYSCALL', 'runtime.reentersyscall'],
    ['EXIT_SYSCALL', 'runtime.exitsyscall'],
    ['FATAL', 'runtime.fatal'],
    ['THROW', 'runtime.throw'],
    ['PANIC', 'runtime.fatalpanic'],
  ])('HOOK_GOROUTINE_%s hooks %s', (name, fn) => {
    const number = Number(new RegExp(`#define HOOK_GOROUTINE_${name} (\\d+)`).exec(records)?.[1]);
    expect(GOROUTINE.hooks.find((hook) => hook.function === fn)?.hook).toBe(number);
    if (name === 'PARK') expect(number).toBe(PARK_HOOK);
    const crash = Object.entries(CRASH_HOOKS).find(([hook]) => Number(hook) === number)?.[1];
    expect(crash).toBe(Object.keys(GOROUTINE_DUMPS).find((reason) => reason.toUpperCase() === name));
  });
});

it.each([19, 21, 22, 23, 24, 25, 26, 27])(
  'Go 1.%i: one read takes status, goid and wait reason, as struct g_state of goroutine.bpf.c has them',
  (minor) => {
    const { g } = structOffsets({ text: `go1.${minor}`, major: 1, minor, patch: 0 }, 'amd64');
    expect({ goid: g.goid - g.atomicstatus, reason: g.waitreason - g.atomicstatus }).toEqual({ goid: 8, reason: 32 });
  },
);
