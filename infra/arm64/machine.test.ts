import { expect, test } from 'vitest';
import { CPU_MODELS, machineWords, type CpuModel } from './machine.ts';
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
