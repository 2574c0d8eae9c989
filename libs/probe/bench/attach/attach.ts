/**
 * Question: how long does it take to attach and to detach each family, and all that an agent attaches by default?
 * Fair: the program serves requests meanwhile; loading (maps, verifier) is told apart from the link, which is one system
 * call; detaching is the closing of the link, on another thread. Prints one JSON object.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { FAMILY_NAMES } from '../../src/families/families.ts';
import type { FamilyName } from '../../src/families/families.ts';
import { resolveManifest } from '../../src/manifest.ts';
import { openProbes } from '../../src/probes.ts';
import { pause, startBenchProgram } from '../bench-program.ts';
import type { BenchProgram } from '../bench-program.ts';
import { DEFAULT_FAMILIES } from '../probed.ts';

const ROUNDS = 9;
const PAUSE_MILLIS = 20;
const RING_BYTES = 1 << 20;

await using program = await startBenchProgram();
const load = spawn(process.env['MAPSCOPE_WRK'] ?? 'wrk', ['-t1', '-c2', '-d120s', `${program.url}/hello`], {
  stdio: 'ignore',
});
const ended = once(load, 'exit');
const groups: Readonly<Record<string, readonly FamilyName[]>> = {
  ...Object.fromEntries(FAMILY_NAMES.map((family) => [family, [family]])),
  default: DEFAULT_FAMILIES,
};
const measured = [];
for (const [name, families] of Object.entries(groups)) measured.push(await measure(program, name, families));
if (load.exitCode !== null) throw new Error(`the load ended early, with ${load.exitCode}: is wrk there?`);
load.kill('SIGKILL');
await ended;
process.stdout.write(`${JSON.stringify({ goVersion: program.goVersion, groups: measured })}\n`);

async function measure({ pid, executable, binary }: BenchProgram, name: string, families: readonly FamilyName[]) {
  const manifest = resolveManifest(binary, families);
  const loadMillis: number[] = [];
  const attachMillis: number[] = [];
  const detachMillis: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now();
    const probes = openProbes(manifest, { ringBytes: RING_BYTES });
    const loaded = performance.now();
    const links = manifest.families.map((family) => {
      const hooks = manifest.hooks.filter((hook) => hook.family === family);
      return probes.attach(hooks, executable, pid);
    });
    const attached = performance.now();
    await pause(PAUSE_MILLIS);
    const closing = performance.now();
    await Promise.all(links.map((link) => probes.detach(link)));
    detachMillis.push(performance.now() - closing);
    loadMillis.push(loaded - begun);
    attachMillis.push(attached - loaded);
    probes.close();
  }
  return { name, probes: manifest.hooks.length, loadMillis, attachMillis, detachMillis };
}
