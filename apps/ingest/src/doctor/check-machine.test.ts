import { describe, expect, test } from 'vitest';
import { MapscopeError } from '@mapscope/events';
import { fromError, renderChecks, unwell, well } from './check.ts';
import { type MachineFacts, checkMachineFacts } from './check-machine.ts';

const GOOD: MachineFacts = {
  arch: 'x64',
  release: '6.18.44-1-amd64',
  userId: 0,
  status: 'Name:\tnode\nCapEff:\t000001ffffffffff\n',
  limits: 'Max locked memory         8388608              8388608              bytes     \n',
  lockdown: '[none] integrity confidentiality\n',
  jit: '1\n',
  availableBytes: 4 * 1024 ** 3,
  trials: [
    { what: 'ring buffer', error: undefined },
    { what: 'http', error: undefined },
  ],
};
const failing = (over: Partial<MachineFacts>) =>
  checkMachineFacts({ ...GOOD, ...over })
    .filter(({ ok }) => !ok)
    .map(({ name, says }) => `${name}: ${says}`);

describe('a machine', () => {
  test('that is fit has nothing to mend, and says what was looked at', () => {
    const checks = checkMachineFacts(GOOD);
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(checks.map(({ name }) => name)).toEqual(
      'processor,kernel,root,capabilities,memlock,memory,BPF compiler,lockdown,ring buffer,family http'.split(','),
    );
  });

  test.each<[string, Partial<MachineFacts>, RegExp]>([
    ['another processor', { arch: 'arm64' }, /^processor: arm64: .*run the agent on an x86-64 host/],
    ['an old kernel', { release: '6.5.0-9-generic' }, /^kernel: Linux 6\.5.*6\.6 or newer/],
    ['a kernel of unknown name', { release: 'odd' }, /^kernel: Linux odd/],
    ['no root', { userId: 1000 }, /^root: no, user 1000: run with sudo/],
    ['lockdown', { lockdown: 'none integrity [confidentiality]' }, /^lockdown: .*boot without/],
    ['no compiler', { jit: '0\n' }, /^BPF compiler: off.*sysctl net\.core\.bpf_jit_enable=1/],
    ['little memory', { availableBytes: 100 * 1024 ** 2 }, /^memory: 100 MiB.*--ring-bytes/],
    [
      'a container without rights',
      { status: 'CapEff:\t00000000a80425fb\n' },
      /^capabilities: CAP_SYS_PTRACE, CAP_PERFMON, CAP_BPF missing: .*--cap-add/,
    ],
    [
      'a kernel that refuses',
      { trials: [{ what: 'lock', error: new MapscopeError('BPF_FAILED', 'loading failed: run as root\nverifier …') }] },
      /^family lock: loading failed: run as root$/,
    ],
  ])('with %s is told how to mend it, and nothing else', (_name, over, message) => {
    const problems = failing(over);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
  });

  test.each([
    ['CAP_SYS_ADMIN stands for the newer two', (1n << 21n) | (1n << 19n), []],
    ['but not for looking into other processes', 1n << 21n, [expect.stringMatching(/CAP_SYS_PTRACE missing/)]],
    ['each by itself', (1n << 19n) | (1n << 38n) | (1n << 39n), []],
  ])('%s', (_name, bits, problems) => {
    expect(failing({ status: `CapEff:\t${bits.toString(16).padStart(16, '0')}\n` })).toEqual(problems);
  });

  test('where the first things are refused, the families are not told apart', () => {
    const error = new MapscopeError('BPF_FAILED', 'refused: run as root');
    const trials = [{ what: 'ring buffer', error } as const, { what: 'http', error } as const];
    expect(failing({ trials })).toEqual(['ring buffer: refused: run as root']);
  });

  test('of another processor is not asked for what it cannot do', () => {
    expect(checkMachineFacts({ ...GOOD, trials: undefined }).map(({ name }) => name)).not.toContain('ring buffer');
  });
});

test('lines stand below each other', () => {
  expect(renderChecks([well('a', 'x'), unwell('longer', 'y: mend it')])).toEqual([
    'ok      a       x',
    'not ok  longer  y: mend it',
  ]);
});

test('a mistake of ours is no finding', () => {
  expect(() => fromError('x', new TypeError('oops'))).toThrow('oops');
});
