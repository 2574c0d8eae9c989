/** Debian's Chromium for the browser tests; a browser is a system program, so it is installed as one. */
import { existsSync } from 'node:fs';
import { run } from '../run.ts';

export const CHROMIUM = '/usr/bin/chromium';

/** What was found or done; undefined where it cannot be had (no root, no apt): tests then skip with that reason. */
export async function ensureChromium(): Promise<string | undefined> {
  if (existsSync(CHROMIUM)) return 'present';
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return undefined;
  const mend = 'Chromium could not be installed: apt-get install -y chromium says why';
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env, mend });
  await run(
    'apt-get',
    [
      '-o',
      'DPkg::Lock::Timeout=120',
      'install',
      '-y',
      '-qq',
      '--no-install-recommends',
      'chromium',
      'fonts-dejavu-core',
    ],
    {
      env,
      mend,
    },
  );
  return 'installed';
}
