import { expect, test } from 'vitest';
import { byteGate } from './byte-gate.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('lets bytes in up to the limit, then in order of arrival as others leave', async () => {
  const gate = byteGate(100);
  const entered: string[] = [];
  const enter = async (name: string, size: number): Promise<() => void> => {
    const leave = await gate.enter(size);
    entered.push(name);
    return leave;
  };
  const a = await enter('a', 60);
  const b = enter('b', 50);
  const c = enter('c', 10); // would fit, but b came first
  await settle();
  expect(entered).toEqual(['a']);
  expect(gate.inFlightBytes).toBe(60);
  a();
  a(); // leaving twice counts once
  await Promise.all([b, c]);
  expect(entered).toEqual(['a', 'b', 'c']);
  expect(gate.inFlightBytes).toBe(60);
});

test('something larger than the gate passes alone', async () => {
  const gate = byteGate(10);
  const leave = await gate.enter(1_000);
  let second = false;
  const next = gate.enter(1).then((go) => {
    second = true;
    return go;
  });
  await settle();
  expect(second).toBe(false);
  leave();
  (await next)();
  expect(gate.inFlightBytes).toBe(0);
});
