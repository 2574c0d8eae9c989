import { expect, test } from 'vitest';
import { CPU_MODELS, machineWords, type CpuModel } from './machine.ts';
import { LONG, namePattern, SHORT } from './probe-tests.ts';
import { fileName } from './programs.ts';
import { packagesFor } from './repository.ts';

const FILES = { firmware: '/f', kernel: '/k', initramfs: '/i', code: '/c', files: '/o', console: '/l' };

// Object.keys gives string[]; the keys are exactly the models.
test.each(Object.keys(CPU_MODELS) as CpuModel[])(
  '%s: emulated, never by KVM; nothing of this machine but its loopback',
  (cpu) => {
    const words = machineWords(FILES, { cpu, cpus: 2, memoryMiB: 512 });
    expect(words.join(' ')).toContain(`-cpu ${CPU_MODELS[cpu]} -accel tcg`);
    expect(words.join(' ')).not.toMatch(/kvm|-drive|hostfwd/);
  },
);

test('a build has the file name that guest/go.sh makes of the same words', () => {
  expect(fileName('locks', [])).toBe('locks');
  expect(fileName('locks', ['-buildmode=pie', '-ldflags=-s -w'])).toBe('locks__buildmode_pie__ldflags__s__w');
});

test('packages come with what they depend on, and none with code for this CPU', () => {
  const found = packagesFor(['vitest', 'koffi']);
  expect(found).toEqual(expect.arrayContaining(['vitest', 'chai', 'koffi']));
  expect(found.filter((name) => /x64|arm64/.test(name))).toEqual([]);
});

const runs = (tests: Parameters<typeof namePattern>[0], name: string): boolean =>
  new RegExp(namePattern(tests)).test(name);
test.each([
  ['requests > go1.27.4 > routes: the pattern', true],
  ['requests > go1.19.8 > routes: the pattern', false],
  ['requests > go1.19.8 > trace ids', true],
  ['waits on locks > go1.27.4, position independent, stripped > mutex', true],
  ['requests > go1.27.4, position independent, stripped > trace ids', false],
  ['gc > go1.27.4 > each cycle pauses as long as the runtime says', false],
])('of the long form: %s: %s', (name, wanted) => {
  expect(runs({ ...LONG, versions: ['1.19', '1.27'] }, name)).toBe(wanted);
});

test('of the short form, and of one with everything', () => {
  expect(runs({ ...SHORT, versions: ['1.26'] }, 'requests > go1.26.1 > routes: the pattern')).toBe(true);
  expect(runs({ ...SHORT, versions: ['1.26'] }, 'waits on locks > go1.26.1, position independent > mutex')).toBe(false);
  expect(runs({ ...LONG, heavy: true, versions: ['1.19', '1.27'] }, 'maps > go1.19.8 > /reader: a conflict')).toBe(
    true,
  );
});
