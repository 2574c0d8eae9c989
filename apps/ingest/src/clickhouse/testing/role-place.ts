/** The role over the real engine in a folder of its own, and a look at every file around it. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClickhouseRole, type ClickhouseRoleOptions, startClickhouseRole } from '../role.ts';

export interface RolePlace extends AsyncDisposable {
  readonly role: ClickhouseRole;
  /** holds `data` and `canary/canary.csv` */
  readonly home: string;
  readonly spoolDir: string;
  readonly canaryFile: string;
  readonly post: (path: string, body?: RequestInit['body'], headers?: Record<string, string>) => Promise<Response>;
  /** the answer as text, or its error thrown */
  readonly ask: (statement: string, path?: string) => Promise<string>;
  /** path, size and time of change of every file of home, the engine's own left out */
  readonly files: () => readonly string[];
  /** the same of the data directory */
  readonly dataFiles: () => readonly string[];
}

export const inQuery = (statement: string): string => `/?query=${encodeURIComponent(statement)}`;

export async function openRolePlace(options: Partial<ClickhouseRoleOptions> = {}): Promise<RolePlace> {
  const home = mkdtempSync('/tmp/mapscope-role-');
  const spoolDir = mkdtempSync('/dev/shm/mapscope-role-');
  const canaryFile = join(home, 'canary', 'canary.csv');
  mkdirSync(join(home, 'canary'));
  writeFileSync(canaryFile, '1,"secret of a file"\n');
  const log = { info: (): void => {}, warn: (): void => {} };
  const place = { host: '127.0.0.1', port: 0, dataDir: join(home, 'data'), spoolDir, log };
  const role = await startClickhouseRole({ ...place, ...options });
  const post: RolePlace['post'] = (path, body, headers = {}) =>
    fetch(`${role.url}${path}`, { method: 'POST', headers, body: body ?? null });
  return {
    role,
    home,
    spoolDir,
    canaryFile,
    post,
    ask: async (statement, path = '/') => {
      const response = await post(path, statement);
      const text = await response.text();
      if (response.status !== 200) throw new Error(text);
      return text;
    },
    files: () => [...listing(home).filter((line) => !line.startsWith('data/')), ...temporary()],
    dataFiles: () => listing(join(home, 'data')),
    [Symbol.asyncDispose]: async () => {
      await role.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Programs name what they leave there after their process. */
const temporary = (): readonly string[] => readdirSync(tmpdir()).filter((name) => name.startsWith(`tmp${process.pid}`));

function listing(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => {
      const { size, mtimeMs } = statSync(join(folder, path));
      return `${path} ${size} ${mtimeMs}`;
    })
    .toSorted();
}
