/** `npm run screenshots`: the pictures of the README, taken by the browser test from a real run of the demo. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { REPO_ROOT } from '../world/paths.ts';

const main = join(REPO_ROOT, 'infra/test/main.ts');
const env = { ...process.env, MAPSCOPE_SCREENSHOTS: join(REPO_ROOT, 'infra/docs/images') };
const result = spawnSync(process.execPath, [main, 'e2e', 'infra/e2e/browser'], {
  cwd: REPO_ROOT,
  stdio: 'inherit',
  env,
});
process.exitCode = result.status ?? 1;
