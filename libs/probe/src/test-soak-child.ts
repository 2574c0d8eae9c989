/** For soak.integration.test.ts: attaches all families to a process and detaches them, again and again, until it is killed. */
import { attachAndDetach, openEverything, soaked } from './test-soak.ts';

const [pid = '', executable = ''] = process.argv.slice(2);
const target = soaked(Number(pid), executable);
const fail = (error: Error): never => {
  throw error;
};
await attachAndDetach(
  () => openEverything(target, fail),
  () => undefined,
  { untilMillis: Infinity, everyMillis: 200 },
);
