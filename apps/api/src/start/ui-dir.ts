import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MapscopeError } from '@mapscope/events';

/** The folder as an absolute path; refused at the start rather than answered with 404 for ever. */
export function checkedUiDir(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const folder = resolve(given);
  if (existsSync(join(folder, 'index.html'))) return folder;
  const text = `--ui-dir ${given} holds no index.html: give the folder of a built UI, or leave it out for the small page`;
  throw new MapscopeError('CONFIG_INVALID', text, { facts: { uiDir: folder } });
}
