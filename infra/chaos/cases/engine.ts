/** The engine killed: in an insert, in a merge, in a migration. */
import { type Scene, killServer, until } from '../scene.ts';
import { type ChaosCase, SMALL_BLOCKS, harmed, problemsOf, publish, readyWriter } from './case.ts';

const INSERT_MILLIS = 6;

export const ENGINE_INSERTING: ChaosCase = {
  name: 'engine-inserting',
  promise: 'the engine killed while an insert is under way: the writer goes on with the same block when it is back',
  isAlone: true,
  run: async (scene, { kills }) => {
    const { engine } = scene.place;
    for (let nth = 1; nth <= kills; nth++) {
      const publishing = publish(scene, { rounds: 20, rows: 400, everyMillis: 25 });
      const harm = { step: 'inserting', nth, signal: 'SIGKILL', pid: engine.process().pid } as const;
      const afterMillis = scene.random() * INSERT_MILLIS;
      const writer = scene.startWriter({ rowsPerBlock: 2_000, harm: { ...harm, afterMillis } });
      const shown = await harmed(writer);
      const pid = engine.process().pid;
      await engine.process().exited;
      const at = performance.now();
      scene.noteKill('engine', pid, 'during insert', `a writer was in its insert: ${shown}`);
      scene.memory.begin(`writer ${nth}`, writer);
      await Promise.all([engine.start(), publishing]);
      scene.recoveries.push(await scene.written(at));
      if (problemsOf(writer).length === 0) scene.faults.push('the writer did not notice that the engine was away');
      scene.memory.end(writer);
      await writer.stop();
    }
  },
};

export const ENGINE_MERGING: ChaosCase = {
  name: 'engine-merging',
  promise: 'the engine killed while it merges parts: rows and roll-ups are what they were',
  isAlone: true,
  run: async (scene, { kills }) => {
    const writer = await readyWriter(scene);
    scene.memory.begin('writer', writer);
    await publish(scene, { rounds: 10, rows: 20_000, everyMillis: 20 });
    await scene.written(performance.now());
    for (let kill = 0; kill < kills; kill++) {
      const publishing = publish(scene, { rounds: 30, rows: 200, everyMillis: 40 });
      const at = await killServer(scene, scene.place.engine, 'merge', await whileMerging(scene));
      await publishing;
      scene.recoveries.push(await scene.written(at));
    }
  },
};

/** Resolves with what is being merged just now. */
async function whileMerging(scene: Scene): Promise<string> {
  const tables = ['http_requests', 'lock_waits', 'gc_events'];
  let merging = '';
  const optimize = async (): Promise<void> => {
    for (const table of [...tables, ...tables, ...tables]) {
      if (merging === '') await scene.ask(`OPTIMIZE TABLE ${table} FINAL`).catch(() => undefined);
    }
  };
  void optimize();
  const look = `SELECT concat(table, ', ', toString(rows_read), ' rows read of ', toString(total_rows_count))
    FROM (SELECT m.table AS table, m.rows_read AS rows_read, p.total AS total_rows_count FROM system.merges AS m
    CROSS JOIN (SELECT sum(rows) AS total FROM system.parts WHERE active AND database = '${scene.database}') AS p
    WHERE m.database = '${scene.database}' AND m.rows_read > 0) LIMIT 1`;
  await until('parts are being merged', async () => {
    merging = await scene.ask(look);
    return merging !== '';
  });
  return `system.merges had ${merging}`;
}

export const MIGRATING: ChaosCase = {
  name: 'migrating',
  promise: 'engine and writer killed while the tables are made: the next start finishes them',
  isAlone: true,
  run: async (scene, { kills }) => {
    await publish(scene, { rounds: 5, rows: 50, everyMillis: 10 });
    let at = performance.now();
    for (let kill = 1; kill <= kills; kill++) {
      // Further each time: a run cut short is finished by the next.
      const wanted = Math.ceil((kill * 9) / (kills + 1));
      const writer = scene.startWriter(SMALL_BLOCKS);
      await until(`${wanted} migrations are there`, async () => (await migrations(scene)) >= wanted);
      if (kill % 2 === 1)
        await scene.kill('engine', scene.place.engine.process(), 'migration', `after ${wanted} at least`);
      else await scene.kill('writer', writer, 'migration', `after ${wanted} at least`);
      at = performance.now();
      if (kill % 2 === 1) {
        // It says that it cannot begin, and ends: its supervisor starts it again.
        await Promise.all([writer.exited, scene.place.engine.start()]);
      }
      const there = await migrations(scene);
      scene.say(`  ${scene.name}: ${there} migrations were written down when it was killed\n`);
      if (there >= MIGRATIONS) scene.faults.push(`kill ${kill} came after the last migration`);
    }
    const writer = await readyWriter(scene, SMALL_BLOCKS);
    scene.recoveries.push(await scene.written(at));
    if ((await migrations(scene)) < MIGRATIONS) scene.faults.push('not all migrations are written down');
    await writer.stop();
  },
};

/** As many as there are at least; later ones only make the way longer. */
const MIGRATIONS = 11;

const migrations = (scene: Scene): Promise<number> =>
  scene.ask('SELECT uniqExact(name) FROM migrations').then(Number, () => 0);
