/**
 * Groups of families on and off while the session goes on: programs and maps stay loaded, which is what takes longest, and
 * only links come and go.
 *
 *   off   gates of the group shut (no event, and nothing it stored counts any more) ─► links closed ─► what it left is emptied
 *   on    links attached ─► gates open together, in a new epoch
 *
 * So a request, a write or a Range that was under way at either moment is never told: it lacks a beginning or an end.
 */
import { FAMILY_NAMES } from './families/families.ts';
import type { FamilyName } from './families/families.ts';
import type { FamilyLinks } from './family-links.ts';
import { GROUPS, GROUP_NAMES, gateOf } from './groups.ts';
import type { GroupName, SwitchedGroup } from './groups.ts';
import type { Gates } from './kernel/gates.ts';

export interface GroupSwitchNeeds {
  readonly links: FamilyLinks;
  readonly gates: Pick<Gates, 'set' | 'end'>;
  /** what a group that is detached left in maps */
  readonly empty: (group: SwitchedGroup) => void;
  readonly onOpened: (group: GroupName) => void;
  /** before a group begins and after it has ended: what it counted until now is of that time */
  readonly cut: () => Promise<void>;
}

export interface GroupSwitch {
  readonly setGate: (open: boolean) => void;
  /** One after the other, in the order asked. */
  readonly set: (group: SwitchedGroup, on: boolean) => Promise<void>;
  /** No switching any more; resolves when the last one is done. */
  readonly end: () => Promise<void>;
}

export function createGroupSwitch(needs: GroupSwitchNeeds): GroupSwitch {
  const groups = openGroups(needs);
  let hasEnded = false;
  let last: Promise<void> = Promise.resolve();
  const change = async (group: SwitchedGroup, on: boolean): Promise<void> => {
    if (hasEnded || on === groups.isOn(group)) return;
    await (on ? groups.switchOn(group) : groups.switchOff(group));
  };
  return {
    setGate: groups.setGate,
    set: (group, on) => {
      const done = last.then(() => change(group, on));
      // Who asked is told; the next one is not held up by it.
      last = done.catch(() => undefined);
      return done;
    },
    end: async () => {
      hasEnded = true;
      await last;
    },
  };
}

function openGroups({ links, gates, empty, cut, onOpened }: GroupSwitchNeeds) {
  const off = new Set<GroupName>();
  let isOpen = false;
  const setGate = (open: boolean): void => {
    if (open === isOpen) return;
    isOpen = open;
    const groups = GROUP_NAMES.filter((group) => !off.has(group));
    gates.set(open ? groups.flatMap(gatesOf) : FAMILY_NAMES.map(gateOf), open);
    if (open) for (const group of groups) onOpened(group);
  };
  const switchOff = async (group: SwitchedGroup): Promise<void> => {
    off.add(group);
    gates.end(gatesOf(group));
    await links.detach(GROUPS[group]);
    empty(group);
    await cut();
  };
  const switchOn = async (group: SwitchedGroup): Promise<void> => {
    await cut();
    await links.attach(GROUPS[group]);
    off.delete(group);
    if (!isOpen) return;
    gates.set(gatesOf(group), true);
    onOpened(group);
  };
  return { isOn: (group: GroupName) => !off.has(group), setGate, switchOff, switchOn };
}

const gatesOf = (group: GroupName): readonly number[] => GROUPS[group].map((family: FamilyName) => gateOf(family));
