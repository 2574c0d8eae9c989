import { expect, test } from 'vitest';
import { readStartOptions } from './options.ts';

test('--replay takes the recording behind it, or none', () => {
  expect(readStartOptions(['--replay', 'a.capture', '--once'], {})).toMatchObject({
    replay: true,
    recording: ['a.capture'],
    once: true,
  });
  expect(readStartOptions(['--replay', '--once', '--json'], {})).toMatchObject({ replay: true, recording: [] });
});

test.each([
  [['a.capture'], 'give --replay FILE'],
  [['--replay', 'a', 'b'], 'recording'],
  [['--replay', '--exe', '/bin/x'], '--replay watches no service'],
  [['--replay', '--capture', 'b'], '--replay watches no service'],
  [['--load', 'x'], 'belong to --exe'],
  [['--arm64', '--replay'], '--arm64 runs the demo service twice'],
  [['--arm64', '--kafka-brokers', 'a:1'], '--arm64 runs the demo service twice'],
])('%j is refused with what to give', (argv, message) => {
  expect(() => readStartOptions(argv, {})).toThrow(message);
});
