import { expect, test } from 'vitest';
import { type GroupMethods, rememberMembers } from './member-memory.ts';

/** As kafkajs makes one at each start of a consumer. */
function groups(joins: (string | null)[], isAway: () => boolean) {
  const methods: GroupMethods = {
    connect: () => Promise.resolve(),
    joinAndSync: function () {
      joins.push(this.memberId);
      this.memberId ??= `member-${joins.length}`;
      return Promise.resolve();
    },
    leave: () => (isAway() ? Promise.reject(new Error('the broker is away')) : Promise.resolve()),
  };
  rememberMembers(methods);
  const emitter = {};
  return () => Object.assign(Object.create(methods), { memberId: null, instrumentationEmitter: emitter });
}

test('started again after a crash a consumer joins as who it was; after leaving it is somebody new', async () => {
  const joins: (string | null)[] = [];
  let isAway = false;
  const start = groups(joins, () => isAway);
  const first = start();
  await first.connect();
  await first.joinAndSync();
  isAway = true;
  await expect(first.leave()).rejects.toThrow('away');
  const second = start();
  await second.connect();
  await second.joinAndSync();
  isAway = false;
  await second.leave();
  const third = start();
  await third.connect();
  await third.joinAndSync();
  expect(joins).toEqual([null, 'member-1', null]);
});

test('another consumer of the same program is another member', async () => {
  const joins: (string | null)[] = [];
  for (const start of [groups(joins, () => false), groups(joins, () => false)]) {
    const group = start();
    await group.connect();
    await group.joinAndSync();
  }
  expect(joins).toEqual([null, null]);
});
