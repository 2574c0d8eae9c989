import { PROBE_EVENT_KINDS } from '@mapscope/events';
import { describe, expect, it } from 'vitest';
import { eventMessage } from './event-message.ts';

const { fatal, throw: thrown, panic } = PROBE_EVENT_KINDS;

describe('eventMessage', () => {
  it.each([
    [fatal, 'concurrent map writes', undefined, 'concurrent map writes'],
    [thrown, 'unexpected signal', undefined, 'unexpected signal'],
    [panic, 'runtime error: integer divide by zero', 'runtime.errorString', 'runtime error: integer divide by zero'],
    [panic, 'send on closed channel', 'runtime.plainError', 'send on closed channel'],
    [panic, 'card 4711 refused', 'string', 'a value of type string'],
    [panic, 'card 4711 refused', 'main.refusal', 'a value of type main.refusal'],
    [panic, '', '*errors.errorString', 'a value of type *errors.errorString'],
    [panic, 'card 4711 refused', undefined, 'a value of type unknown'],
    [panic, '', `struct { ${'x'.repeat(200)} }`, `a value of type struct { ${'x'.repeat(71)}`],
  ])('kind %i, text %j, type %s → %j', (event, text, typeName, message) => {
    expect(eventMessage({ event, text, typeName }, false)).toBe(message);
  });

  it('tells a value where that was asked for, and the type where there is no text', () => {
    expect(eventMessage({ event: panic, text: 'card 4711', typeName: 'string' }, true)).toBe('card 4711');
    expect(eventMessage({ event: panic, text: '', typeName: 'int' }, true)).toBe('a value of type int');
  });
});
