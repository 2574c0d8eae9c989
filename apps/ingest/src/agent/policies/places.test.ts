import { expect, test } from 'vitest';
import { instanceOf, makePlaces } from './places.ts';

const process = (image: string, instance = 'i') => ({ image, buildId: 'b', instance });

test('a process that is started again has its place again, also among its like', () => {
  const { assign } = makePlaces('h');
  expect([...assign([process('1'), process('2'), process('3', 'other')])]).toEqual([
    ['1', 'h/b/i'],
    ['2', 'h/b/i#1'],
    ['3', 'h/b/other'],
  ]);
  // The first one is started again as 4: the second keeps its own.
  expect(Object.fromEntries(assign([process('2'), process('4'), process('3', 'other')]))).toEqual({
    2: 'h/b/i#1',
    3: 'h/b/other',
    4: 'h/b/i',
  });
});

test('an instance is what it calls itself, else what it was started as', () => {
  const text = {
    environ: 'A=1\0OTEL_RESOURCE_ATTRIBUTES=service.name=x, service.instance.id = order-3 ,z=1\0',
    cmdline: 'a\0b\0',
    cgroup: '/',
  };
  expect(instanceOf(text)).toBe('order-3');
  const unnamed = { ...text, environ: 'OTEL_RESOURCE_ATTRIBUTES=service.name=x\0' };
  expect(instanceOf(unnamed)).toMatch(/^[0-9a-f]{16}$/);
  expect(instanceOf(unnamed)).toBe(instanceOf({ ...unnamed, environ: '' }));
  expect(instanceOf(unnamed)).not.toBe(instanceOf({ ...unnamed, cmdline: 'a\0c\0' }));
});
