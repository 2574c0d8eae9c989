import { expect, test } from 'vitest';
import { createGroupSwitch } from './group-switch.ts';
import { GROUPS, GROUP_NAMES, gateOf } from './groups.ts';
import { FAMILY_NAMES } from './families/families.ts';

const names = (gates: readonly number[]): string => gates.map((gate) => FAMILY_NAMES[gate]).join(' ');

function recording() {
  const log: string[] = [];
  const groups = createGroupSwitch({
    links: {
      attach: async (families) => void log.push(`attach ${families.join(' ')}`),
      detach: async (families) => void log.push(`detach ${families.join(' ')}`),
    },
    gates: {
      set: (gates, open) => void log.push(`${open ? 'open' : 'shut'} ${names(gates)}`),
      end: (gates) => void log.push(`end ${names(gates)}`),
    },
    empty: (group) => void log.push(`empty ${group}`),
    cut: async () => void log.push('cut'),
    onOpened: (group) => void log.push(`opened ${group}`),
  });
  const since = (work: () => unknown): Promise<readonly string[]> => {
    log.length = 0;
    return Promise.resolve(work()).then(() => [...log]);
  };
  return { groups, since };
}

test('every family is in one group, and http and trace share theirs', () => {
  const all = GROUP_NAMES.flatMap((group) => [...GROUPS[group]]);
  expect(all.toSorted()).toEqual(FAMILY_NAMES.toSorted());
  expect([gateOf('trace'), gateOf('lock')]).toEqual([0, 2]);
});

test('off: shut first, then detached, then emptied; on: attached first, then opened', async () => {
  const { groups, since } = recording();
  groups.setGate(true);
  const off = ['end trace http', 'detach trace http', 'empty requests', 'cut'];
  expect(await since(() => groups.set('requests', false))).toEqual(off);
  expect(await since(() => groups.set('requests', false))).toEqual([]);
  const on = ['cut', 'attach trace http', 'open trace http', 'opened requests'];
  expect(await since(() => groups.set('requests', true))).toEqual(on);
});

test('the gate of all does not open a group that is off, nor a group one of a closed session', async () => {
  const { groups, since } = recording();
  groups.setGate(true);
  await groups.set('map', false);
  groups.setGate(false);
  expect((await since(() => groups.setGate(true)))[0]).toBe('open lock fatal client gc trace http syncmap goroutine');
  groups.setGate(false);
  expect(await since(() => groups.set('map', true))).toEqual(['cut', 'attach map']);
  expect((await since(() => groups.setGate(true)))[0]).toContain('map');
});

test('one after the other; after the end nothing is switched', async () => {
  const { groups, since } = recording();
  groups.setGate(true);
  const both = await since(() => Promise.all([groups.set('map', false), groups.set('map', true)]));
  expect(both).toEqual(['end map', 'detach map', 'empty map', 'cut', 'cut', 'attach map', 'open map', 'opened map']);
  await groups.end();
  expect(await since(() => groups.set('map', false))).toEqual([]);
});
