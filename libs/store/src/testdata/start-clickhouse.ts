/**
 * A child process of tests: the embedded engine's HTTP role in a directory of its own. Prints its URL as one line and
 * lives until its standard input ends, so that it never outlives the test. Arguments: role module, home directory.
 */
import { join } from 'node:path';

interface RoleModule {
  readonly startClickhouseRole: (
    options: object,
  ) => Promise<{ readonly url: string; readonly close: () => Promise<void> }>;
}

const [role = '', home = ''] = process.argv.slice(2);
// The module is named by the test; a library may not import an app.
const { startClickhouseRole } = (await import(role)) as RoleModule;
const running = await startClickhouseRole({
  host: '127.0.0.1',
  port: 0,
  dataDir: join(home, 'data'),
  spoolDir: join('/dev/shm', `mapscope-store-test-${process.pid}`),
  log: { info: (): void => {}, warn: (): void => {} },
});
process.stdout.write(`${running.url}\n`);
process.stdin.resume();
process.stdin.once('end', () => void running.close().then(() => process.exit(0)));
