import { expect, test } from 'vitest';
import { parseAgentId } from '@mapscope/events';
import { type FoundJournal, type Present, decide } from './predecessors.ts';
import { plantedRecord } from '../../testing/planted-record.ts';

const NOW = 1_000_000_000;
const MINUTES = 60_000;
const RECORD = plantedRecord();
const found = (over: Partial<FoundJournal> = {}): FoundJournal => ({
  path: '/j',
  record: RECORD,
  modifiedUnixMillis: NOW - 1_000,
  ...over,
});
const present = (over: Partial<Present> = {}): Present => ({
  agent: parseAgentId('b'.repeat(32)),
  machine: RECORD.machine,
  target: { pid: 20, startTicks: '200' },
  destination: RECORD.destination,
  nowUnixMillis: NOW,
  startTicks: running({ 20: '200' }),
  ...over,
});
const running =
  (processes: Readonly<Record<number, string>>): Present['startTicks'] =>
  (pid) =>
    processes[pid];
const elsewhere = { bootId: 'boot', pidNamespace: 'pid:[2]' };
const old = (millis: number): Partial<FoundJournal> => ({ modifiedUnixMillis: NOW - millis });
const otherTarget = { pid: 21, startTicks: '210' };

test.each<[string, Partial<FoundJournal>, Partial<Present>, string, boolean?]>([
  ['died, and we watch what it watched', {}, {}, 'speak', true],
  ['runs', {}, { startTicks: running({ 10: '100', 20: '200' }) }, 'leave'],
  ['died, and another process has its pid now', {}, { startTicks: running({ 10: '999', 20: '200' }) }, 'speak', true],
  ['is ourselves', {}, { agent: RECORD.identity.agent }, 'leave'],
  [
    'died before the machine started again with the same pids',
    {},
    { machine: { bootId: 'later', pidNamespace: 'pid:[1]' }, startTicks: running({ 10: '100', 20: '200' }) },
    'speak',
    false,
  ],
  ['has pids of another namespace', {}, { machine: elsewhere }, 'leave'],
  [
    'has pids of another namespace, for more than seven days',
    old(8 * 24 * 60 * MINUTES),
    { machine: elsewhere },
    'delete',
  ],
  [
    'runs, and did not write for more than seven days',
    old(8 * 24 * 60 * MINUTES),
    { startTicks: running({ 10: '100' }) },
    'leave',
  ],
  ['died more than seven days ago', old(8 * 24 * 60 * MINUTES), {}, 'delete'],
  ['published to other brokers', {}, { destination: 'other:9092 ' }, 'leave'],
  ['died just now, and its target waits for its own next agent', {}, { target: otherTarget }, 'leave'],
  ['died a while ago, and nobody watches its target', old(11 * MINUTES), { target: otherTarget }, 'speak', false],
  ['died with its target', {}, { target: otherTarget, startTicks: running({}) }, 'speak', false],
  [
    'died with its target, whose pid we watch',
    {},
    { target: { pid: 20, startTicks: '201' }, startTicks: running({ 20: '201' }) },
    'speak',
    false,
  ],
  ['died, and we are switched off', old(11 * MINUTES), { target: undefined }, 'speak', false],
  ['has written nothing yet', { record: undefined }, {}, 'leave'],
  ['never wrote anything whole', { record: undefined, ...old(2 * MINUTES) }, {}, 'delete'],
])('an agent that %s', (_name, journal, now, action, watchedAgain) => {
  const decision = decide(found(journal), present(now));
  expect(decision.action).toBe(action);
  if (decision.action === 'speak') expect(decision.watchedAgain).toBe(watchedAgain);
});
