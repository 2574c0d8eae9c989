import { describe, expect, test } from 'vitest';
import { buildTarget, findToolchains, runTarget, whyNot } from '../test-target.ts';
import { openTestSession } from '../test-session.ts';
import { probeLinks } from './links.ts';
import { tryKernel } from './trial.ts';

const toolchains = findToolchains();
const reason = whyNot(toolchains);

describe.skipIf(reason !== undefined)(`on a real kernel (skipped where not: ${reason ?? ''})`, () => {
  test("a session's links are listed as ours, with the process they probe, and gone when it has detached", async () => {
    const [toolchain] = toolchains;
    const executablePath = buildTarget('lockserver', toolchain!, []);
    await using target = await runTarget(executablePath);
    const mine = () => probeLinks().filter(({ pid }) => pid === target.pid);
    expect(mine()).toEqual([]);
    const session = await openTestSession(
      {
        pid: target.pid,
        executable: executablePath,
        families: ['lock', 'fatal'],
        ringBytes: 64 * 1024,
      },
      { batches: [], problems: [] },
    );
    const links = mine();
    expect(links.map(({ program }) => program).toSorted()).toEqual(['family_fatal', 'family_lock']);
    for (const link of links) expect(link).toMatchObject({ ours: true, path: executablePath });
    await session.detach();
    expect(mine()).toEqual([]);
  });

  test('this kernel does all that probes need, and the trial leaves no link behind', () => {
    const before = probeLinks().filter(({ pid }) => pid === process.pid);
    expect(tryKernel().filter(({ error }) => error !== undefined)).toEqual([]);
    expect(probeLinks().filter(({ pid }) => pid === process.pid)).toEqual(before);
  });
});
