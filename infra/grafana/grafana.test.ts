import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dashboardJson, placesOf } from './dashboard.ts';
import { DASHBOARDS, FOLDER, textOf } from './dashboards.ts';
import { type Panel, SOURCES } from './panel.ts';

const provisioned = (path: string): string => readFileSync(new URL(`provisioning/${path}`, import.meta.url), 'utf8');

const of = (width: Panel['width'], look: Panel['look']): Panel => ({
  title: '',
  description: '',
  unit: 'short',
  queries: [{ sql: '' }],
  width,
  look,
});

test('the files are what the tables say (else: node infra/grafana/main.ts)', () => {
  expect(readdirSync(FOLDER).toSorted()).toEqual(DASHBOARDS.map(({ uid }) => `${uid}.json`).toSorted());
  for (const dashboard of DASHBOARDS)
    expect(readFileSync(new URL(`${dashboard.uid}.json`, FOLDER), 'utf8'), dashboard.uid).toBe(textOf(dashboard));
});

test('each panel says what it shows, and no two of a dashboard have one title', () => {
  for (const { uid, panels } of DASHBOARDS) {
    const titles = panels.map(({ title }) => title);
    expect(new Set(titles).size, uid).toBe(titles.length);
    for (const { title, description } of panels) expect(description.length, title).toBeGreaterThan(10);
  }
});

test('panels lie side by side and never on each other', () => {
  for (const dashboard of DASHBOARDS) {
    const cells = dashboardJson(dashboard).panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)}/${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size, dashboard.uid).toBe(cells.length);
  }
});

test('a panel that does not fit begins the next row, below the highest one', () => {
  const panels = [of(12, 'stat'), of(8, 'table'), of(6, 'stat'), of(24, 'stat')];
  expect(placesOf(panels)).toEqual([
    { x: 0, y: 0 },
    { x: 12, y: 0 },
    { x: 0, y: 9 },
    { x: 0, y: 13 },
  ]);
});

test('every data source that a panel names is provisioned, with its type', () => {
  const text = provisioned('datasources/mapscope.yml');
  for (const { type, uid } of Object.values(SOURCES)) expect(text).toContain(`uid: ${uid}\n    type: ${type}\n`);
});
