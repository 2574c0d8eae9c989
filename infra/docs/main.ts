/** Writes the generated pages of this folder: `node infra/docs/main.ts`, in development with --conditions=source. */
import { writeFileSync } from 'node:fs';
import { GROUPS } from '../mapscope/programs.ts';
import { commandsPage, errorsPage } from './pages.ts';

writeFileSync(new URL('errors.md', import.meta.url), errorsPage());
writeFileSync(new URL('commands.md', import.meta.url), commandsPage(GROUPS));
