/** Family goroutine, the flight recorder: every state change of every goroutine, kept in the kernel until asked for. */
import type { FamilySpec } from '../family.ts';

export const PARK_HOOK = 91;
/** What ends the process and stops the recorder, by hook number. */
export const CRASH_HOOKS = { 94: 'fatal', 95: 'throw', 96: 'panic' } as const;

const NO_PLACES = 'state changes come without the stack where a goroutine parked';
/** Go 1.26 made the change to _Gsyscall and back without casgstatus (runtime/proc.go, reentersyscall, exitsyscall). */
const OWN_SYSCALLS = 'runtime.exitsyscallNoP';
const NO_SYSCALLS = 'system calls are not seen: a goroutine in one is told as running';

export const GOROUTINE: FamilySpec = {
  program: 'family_goroutine',
  kind: undefined,
  hooks: [
    { function: 'runtime.casgstatus', hook: 90, orAtCalls: true, required: true, effect: 'no state changes are seen' },
    { function: 'runtime.gopark', hook: PARK_HOOK, required: false, effect: NO_PLACES },
    {
      function: 'runtime.reentersyscall',
      hook: 92,
      orAtCalls: true,
      onlyWith: OWN_SYSCALLS,
      required: false,
      group: 'syscalls',
      effect: NO_SYSCALLS,
    },
    {
      function: 'runtime.exitsyscall',
      hook: 93,
      orAtCalls: true,
      onlyWith: OWN_SYSCALLS,
      required: false,
      group: 'syscalls',
      effect: NO_SYSCALLS,
    },
    { function: 'runtime.fatal', hook: 94, required: false, rare: true, effect: notStopped('a fatal error') },
    { function: 'runtime.throw', hook: 95, required: false, rare: true, effect: notStopped('a throw') },
    { function: 'runtime.fatalpanic', hook: 96, required: false, rare: true, effect: notStopped('a panic') },
  ],
};

function notStopped(crash: string): string {
  return `the recorder goes on while ${crash} ends the process, and no dump is made of it`;
}
