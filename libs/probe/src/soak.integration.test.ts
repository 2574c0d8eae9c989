/**
 * All families come and go while a service is busy with requests that end in every way: it lives, its answers are the same,
 * and nothing is left behind, neither by an agent that detaches nor by one that is killed. Five seconds; with
 * MAPSCOPE_LONG (npm run matrix) 75 for each Go version, or what MAPSCOPE_SOAK_SECONDS says. Skipped with its reason where
 * there is no root or no Go.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { talkTo } from './families/goroutine/test-program.ts';
import type { TalkingTarget } from './families/goroutine/test-program.ts';
import { GROUPS } from './groups.ts';
import type { SwitchedGroup } from './groups.ts';
import { heldBpfObjects, livingBpfObjects } from './kernel/ids.ts';
import type { BpfObjectId } from './kernel/ids.ts';
import { probeLinks } from './kernel/links.ts';
import { resolveManifest } from './manifest.ts';
import { FAMILY_NAMES } from './families/families.ts';
import { openProbes } from './probes.ts';
import {
  attachAndDetach,
  attachLinks,
  changedSites,
  mappedRings,
  openDescriptors,
  openEverything,
} from './test-soak.ts';
import { reportOf, SIZES, soaked } from './test-soak.ts';
import type { Soaked } from './test-soak.ts';
import { buildTarget, findToolchains, pause, whyNot } from './test-target.ts';

const toolchains = findToolchains();
const reason = whyNot(toolchains);
const SECONDS = process.env['MAPSCOPE_SOAK_SECONDS'] ?? (process.env['MAPSCOPE_LONG'] === undefined ? '5' : '75');
const MILLIS = Number(SECONDS) * 1000;
const KILLS = process.env['MAPSCOPE_LONG'] === undefined ? 3 : 20;
const EVERY_MILLIS = 200;
const LINKS_SHARE = 0.7;
const ROUNDS = 5;
const SWITCHED = ['map', 'syncmap', 'goroutine', 'requests'] as const satisfies readonly SwitchedGroup[];
const ENDS = ['plain', 'http2', 'panic', 'panic over http2', 'abort', 'websocket'];
/** How long the kernel may take to free what nobody holds any more. */
const FREED_AFTER_MILLIS = 5000;

describe.skipIf(reason !== undefined)(`probes that come and go (skipped: ${reason ?? 'no'})`, () => {
  describe.each(toolchains.slice(-1))('$version', (toolchain) => {
    let target: TalkingTarget;
    let subject: Soaked;

    const expectFreed = async (ids: ReadonlySet<BpfObjectId>): Promise<void> => {
      expect(ids.size).toBeGreaterThan(0);
      await expect.poll(() => livingBpfObjects(ids), { timeout: FREED_AFTER_MILLIS }).toEqual([]);
      expect(probeLinks().filter(({ path }) => path === subject.executable)).toEqual([]);
    };
    const expectNothingLeft = async (ids: ReadonlySet<BpfObjectId>): Promise<void> => {
      await expectFreed(ids);
      expect(changedSites(subject, resolveManifest(subject.binary, FAMILY_NAMES))).toEqual([]);
    };
    /** Answers of every kind go on, and none was wrong. */
    const expectRightAnswers = async (): Promise<void> => {
      const before = await reportOf(target);
      await pause(300);
      const { Right: right, Wrong: wrong } = await reportOf(target);
      expect(wrong).toBe(null);
      for (const end of ENDS) expect(right[end], end).toBeGreaterThan(before.Right[end] ?? 0);
    };

    beforeAll(async () => {
      const executable = buildTarget('soak', toolchain, []);
      target = await talkTo(executable);
      subject = soaked(target.pid, executable);
    }, 300_000);
    afterAll(async () => {
      await target[Symbol.asyncDispose]();
      rmSync(subject.executable, { force: true });
    });

    it(
      'every 200 ms: the service does not notice, and no link, map, program or descriptor stays',
      async () => {
        const problems: Error[] = [];
        const ids = new Set<BpfObjectId>();
        const open = () => openEverything(subject, (error) => problems.push(error));
        const note = (): void => heldBpfObjects(process.pid).forEach((id) => ids.add(id));
        // The first session opens what stays open: libc, the event loop of a thread.
        await (await open()).detach();
        const descriptors = openDescriptors();
        const manifest = resolveManifest(subject.binary, FAMILY_NAMES);
        expect(manifest.families).toEqual(FAMILY_NAMES);
        const probes = openProbes(manifest, SIZES);
        const within = (millis: number) => ({ untilMillis: performance.now() + millis, everyMillis: EVERY_MILLIS });
        const links = await attachAndDetach(
          () => attachLinks(subject, manifest, probes),
          note,
          within(LINKS_SHARE * MILLIS),
        );
        probes.close();
        // Whole sessions load their programs too, which takes longer than 200 ms on a busy machine.
        const sessions = await attachAndDetach(open, note, within((1 - LINKS_SHARE) * MILLIS));
        // A tenth of what an idle machine does: others may have this one too.
        expect(links).toBeGreaterThan((LINKS_SHARE * MILLIS) / EVERY_MILLIS / 10);
        expect(sessions).toBeGreaterThan(0);
        expect(problems).toEqual([]);
        await expect.poll(openDescriptors, { timeout: FREED_AFTER_MILLIS }).toBe(descriptors);
        expect(mappedRings()).toBe(0);
        await expectNothingLeft(ids);
        await expectRightAnswers();
      },
      300_000 + MILLIS,
    );

    it('groups of one session go and come: only their links, nothing is left of what was under way, nobody notices', async () => {
      const problems: Error[] = [];
      const session = await openEverything(subject, (error) => problems.push(error));
      const linksNow = () => probeLinks().filter(({ path }) => path === subject.executable);
      const all = linksNow().length;
      expect(all).toBe(FAMILY_NAMES.length);
      const hitsOf = (names: readonly string[]): number =>
        session
          .usage()
          .filter(({ family }) => names.includes(family))
          .reduce((sum, { hits }) => sum + hits, 0);
      for (let round = 0; round < ROUNDS; round++) {
        await Promise.all(SWITCHED.map((group) => session.switchGroup(group, false)));
        expect(linksNow().length).toBe(GROUPS.slow.length);
        const fast = SWITCHED.flatMap((group) => [...GROUPS[group]]);
        const before = hitsOf(fast);
        await pause(50);
        expect(hitsOf(fast)).toBe(before);
        await Promise.all(SWITCHED.map((group) => session.switchGroup(group, true)));
        expect(linksNow().length).toBe(all);
        await expect.poll(() => hitsOf(fast), { timeout: 10_000 }).toBeGreaterThan(before);
      }
      // Fails unless all that was submitted was read.
      await session.detach();
      expect(problems).toEqual([]);
      expect(session.health()).toMatchObject({ mapFull: 0n, selftestFailed: 0n });
      await expectRightAnswers();
    });

    it('an agent that is killed while it watches leaves nothing behind', async () => {
      const agent = startAgent(subject, 'stay');
      await once(agent.stdout, 'data');
      const ids = heldBpfObjects(agent.pid ?? 0);
      await kill(agent);
      await expectNothingLeft(ids);
      await expectRightAnswers();
    });

    // The kernel gives up taking a breakpoint away when its caller is being killed (kernel/events/uprobes.c, "failed to
    // unregister, leaking uprobe"): it stays, runs nothing, and goes with the next agent.
    it('killed while it attaches or detaches, no more than idle breakpoints, until the next one comes', async () => {
      for (let turn = 0; turn < KILLS; turn++) {
        const agent = startAgent(subject, 'again');
        const ids = new Set<BpfObjectId>();
        const note = (): void => heldBpfObjects(agent.pid ?? 0).forEach((id) => ids.add(id));
        await expect.poll(() => (note(), ids.size), { timeout: 20_000, interval: 20 }).toBeGreaterThan(0);
        for (let part = 0; part <= turn % 5; part++) {
          await pause(43);
          note();
        }
        await kill(agent);
        await expectFreed(ids);
        await expectRightAnswers();
      }
      const next = await openEverything(subject, () => undefined);
      const ids = heldBpfObjects(process.pid);
      await next.detach();
      await expectNothingLeft(ids);
      await expectRightAnswers();
    });
  });
});

function startAgent({ pid, executable }: Soaked, mode: 'again' | 'stay') {
  const child = new URL('./test-soak-child.ts', import.meta.url).pathname;
  const args = ['--conditions=source', child, String(pid), executable, mode];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function kill(agent: ReturnType<typeof startAgent>): Promise<void> {
  const ended = once(agent, 'exit');
  agent.kill('SIGKILL');
  await ended;
}
