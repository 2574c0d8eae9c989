/** All dashboards, and the text of their files. */
import { contention } from './boards/contention.ts';
import { incidents } from './boards/incidents.ts';
import { overview } from './boards/overview.ts';
import { pipeline } from './boards/pipeline.ts';
import { type Dashboard, dashboardJson } from './dashboard.ts';

export const DASHBOARDS: readonly Dashboard[] = [overview, contention, pipeline, incidents];
export const FOLDER = new URL('dashboards/', import.meta.url);

export const textOf = (dashboard: Dashboard): string => `${JSON.stringify(dashboardJson(dashboard), undefined, 2)}\n`;
