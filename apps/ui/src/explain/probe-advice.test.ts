import { expect, test } from 'vitest';
import { probeAdvice } from './probe-advice.ts';

test('a family that is off gets the command that switches it on beside the usual ones', () => {
  expect(probeAdvice('map: both lines of a map', 'order')).toEqual({
    family: 'map',
    why: 'both lines of a map',
    command: 'npm run mapscope -- agent --target service=order --families lock,http,trace,client,fatal,gc,map',
  });
  expect(probeAdvice('gc: stops of the world', 'order').command).toMatch(/--families lock,http,trace,client,fatal,gc$/);
});

test('one that is on already, or words without a family, get none', () => {
  expect(probeAdvice('goroutine is on: take a dump', 'order')).toEqual({
    family: 'goroutine',
    why: 'take a dump',
    command: undefined,
  });
  expect(probeAdvice('Look elsewhere.', 'order')).toEqual({ family: '', why: 'Look elsewhere.', command: undefined });
});

test('the name of a service can do nothing in a shell', () => {
  expect(probeAdvice('map: x', "a'; rm -rf $(pwd) #").command).toBeUndefined();
  expect(probeAdvice('map: x', "a' $(id)").command).toContain(String.raw`'service=a'\'' $(id)'`);
});
