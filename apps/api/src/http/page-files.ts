/** The files of a built UI as the router knows them: one route per file, and one per folder with an index.html. */
import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

export function pageRoutes(folder: string): ReadonlySet<string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `/${relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/')}`);
  const folders = files.filter((file) => file.endsWith('/index.html')).map((file) => file.replace(/index\.html$/, ''));
  return new Set([...files, ...folders]);
}
