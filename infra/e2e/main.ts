/** `npm run e2e`: only the end-to-end stage of `npm test`. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { REPO_ROOT } from '../world/paths.ts';

const main = join(REPO_ROOT, 'infra/test/main.ts');
const result = spawnSync(process.execPath, [main, 'e2e', ...process.argv.slice(2)], {
  cwd: REPO_ROOT,
  stdio: 'inherit',
});
process.exitCode = result.status ?? 1;
