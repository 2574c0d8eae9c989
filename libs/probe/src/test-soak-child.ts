/** For soak.integration.test.ts: attaches all families to a process; `again` and again, or once to `stay`; until it is killed. */
import { attachAndDetach, openEverything, soaked } from './test-soak.ts';

const [pid = '', executable = '', mode = 'stay'] = process.argv.slice(2);
const target = soaked(Number(pid), executable);
const open = () =>
  openEverything(target, (error) => {
    throw error;
  });
const pace = { untilMillis: Infinity, everyMillis: mode === 'again' ? 20 : 3_600_000 };
await attachAndDetach(open, () => process.stdout.write('attached\n'), pace);
