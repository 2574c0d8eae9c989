/** Disks that are full and are freed: the engine's, and the agent's spool. Small file systems in memory, so that it takes root. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MapscopeError } from '@mapscope/events';
import { dataPaths } from '../../world/paths.ts';
import { openEngine } from '../place.ts';
import { type Means, until } from '../scene.ts';
import { type ChaosCase, LOAD, problemsOf, publish, readyWriter } from './case.ts';

const MEBIBYTE = 1024 * 1024;

interface Disk {
  readonly folder: string;
  readonly fill: () => void;
  readonly free: () => void;
  readonly [Symbol.dispose]: () => void;
}

function openDisk(parent: string, name: string, sizeMiB: number): Disk {
  const folder = join(parent, name);
  mkdirSync(folder, { recursive: true });
  command('mount', ['-t', 'tmpfs', '-o', `size=${sizeMiB}m`, 'tmpfs', folder]);
  const ballast = join(folder, 'ballast');
  return {
    folder,
    fill: () => {
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(ballast, Buffer.alloc(bavail * bsize));
    },
    free: () => rmSync(ballast, { force: true }),
    // Lazily: whoever still has a file open there ends by itself.
    [Symbol.dispose]: () => command('umount', ['-l', folder]),
  };
}

function command(name: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(name, args, { encoding: 'utf8' });
  if (status !== 0) throw new MapscopeError('SETUP_FAILED', `${name} ${args.join(' ')} failed: ${stderr}`);
}

const lacking = (): string | undefined => (process.getuid?.() === 0 ? undefined : 'root, to mount a small disk');

/** The scene's database is on an engine of its own, whose disk is small. */
export const DISK_FULL: ChaosCase & { readonly openEngine: typeof openSmallEngine } = {
  name: 'disk-full',
  promise: "the engine's disk is full: the writer waits, is freed: all is stored; killed while full: the same",
  isAlone: false,
  lacking,
  openEngine: openSmallEngine,
  run: async (scene) => {
    const small = engines.get(scene.name);
    if (small === undefined) throw new MapscopeError('INTERNAL', 'no small disk was opened');
    const writer = await readyWriter(scene);
    await publish(scene, LOAD);
    await scene.written(performance.now());
    scene.memory.begin('writer', writer);
    for (const isKilled of [false, true]) {
      small.disk.fill();
      const before = problemsOf(writer).length;
      await publish(scene, LOAD);
      await until('the writer is refused for want of room', () => problemsOf(writer).length > before);
      scene.say(`  ${scene.name}: ${problemsOf(writer).at(-1)?.slice(0, 160)}\n`);
      if (isKilled) await scene.kill('engine', small.engine.process(), 'any', 'its disk was full');
      small.disk.free();
      const at = performance.now();
      if (isKilled) await small.engine.start();
      scene.recoveries.push(await scene.written(at));
    }
    scene.memory.end(writer);
    await writer.stop();
  },
};

interface SmallEngine {
  readonly disk: Disk;
  readonly engine: Awaited<ReturnType<typeof openEngine>>['engine'];
}

/** by the name of their case */
const engines = new Map<string, SmallEngine>();

async function openSmallEngine({
  place,
}: Means): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const disk = openDisk(place.paths.root, 'small-disk', 256);
  const { engine, url } = await openEngine({ ...dataPaths(disk.folder), logs: place.paths.logs });
  engines.set(DISK_FULL.name, { disk, engine });
  return {
    url,
    close: async () => {
      await engine.stop();
      disk[Symbol.dispose]();
    },
  };
}

export const SPOOL_FULL: ChaosCase = {
  name: 'spool-full',
  promise:
    "the agent's disk is full while the broker's answers are lost: what finds no room is counted, the rest arrives once",
  isAlone: true,
  lacking,
  run: async (scene) => {
    scene.mayGiveUp = true;
    const { proxy, proxied, paths } = scene.place;
    using disk = openDisk(paths.root, 'spool-disk', 4);
    const writer = await readyWriter(scene);
    proxy.lose('cut');
    const order = { rounds: 150, rows: 1_500, everyMillis: 60, brokers: proxied, dataDir: join(disk.folder, 'agent') };
    const publisher = scene.startPublisher(order);
    await until(
      'the disk is full',
      () => statfsSync(disk.folder).bavail * statfsSync(disk.folder).bsize < MEBIBYTE / 16,
    );
    await until('batches are given up', () => scene.account().givenUp > 0 || !publisher.running());
    const at = performance.now();
    proxy.lose('pass');
    await publisher.exited;
    scene.recoveries.push(await scene.written(at));
    await writer.stop();
    const { batches, givenUp } = scene.account();
    const ledger = Number(await scene.ask('SELECT count() FROM batches'));
    scene.say(`  ${scene.name}: ${batches.size} batches made, ${givenUp} given up and counted, ${ledger} stored\n`);
    if (ledger + givenUp !== batches.size)
      scene.faults.push(`${batches.size} made, ${ledger} stored, ${givenUp} given up`);
  },
};
