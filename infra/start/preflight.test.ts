import { expect, test } from 'vitest';
import { checkKernel, checkRoot } from './preflight.ts';

test.each(['6.6.0-1-amd64', '6.18.44', '7.0.1'])('Linux %s has what probes need', (kernel) => {
  expect(() => checkKernel(kernel)).not.toThrow();
});

test.each(['5.15.0-91-generic', '6.1.0-28-amd64', 'nonsense'])(
  'Linux %s is refused with the version to boot',
  (kernel) => {
    expect(() => checkKernel(kernel)).toThrow('Linux 6.6 or newer');
  },
);

test('anyone but root is told to use sudo', () => {
  expect(() => checkRoot(1000)).toThrow('sudo npm start');
  expect(() => checkRoot(0)).not.toThrow();
});
