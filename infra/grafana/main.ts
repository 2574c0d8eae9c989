/** `node infra/grafana/main.ts`: writes the dashboards' JSON from their tables in boards/. */
import { writeFileSync } from 'node:fs';
import { DASHBOARDS, FOLDER, textOf } from './dashboards.ts';

for (const dashboard of DASHBOARDS) writeFileSync(new URL(`${dashboard.uid}.json`, FOLDER), textOf(dashboard));
