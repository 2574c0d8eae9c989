/**
 * The house stays the house: floors, who may know whom, one door per library, the top level.
 * Read from the Nx project graph (what package.json files declare and what imports really do).
 */
import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { REPO_ROOT } from './world/paths.ts';

interface Project {
  readonly name: string;
  readonly root: string;
  readonly tags: readonly string[];
}

interface Graph {
  readonly projects: ReadonlyMap<string, Project>;
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

function readGraph(): Graph {
  const file = join(REPO_ROOT, '.mapscope/graph.json');
  const env = { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true' };
  execFileSync(join(REPO_ROOT, 'node_modules/.bin/nx'), ['graph', `--file=${file}`], {
    cwd: REPO_ROOT,
    env,
    stdio: 'pipe',
  });
  const { graph } = JSON.parse(readFileSync(file, 'utf8'));
  const projects = new Map<string, Project>();
  for (const [name, node] of Object.entries<{ data: { root: string; tags?: string[] } }>(graph.nodes)) {
    projects.set(name, { name, root: node.data.root, tags: node.data.tags ?? [] });
  }
  const edges = Object.values<{ source: string; target: string }[]>(graph.dependencies)
    .flat()
    .filter((edge) => projects.has(edge.source) && projects.has(edge.target))
    .map((edge) => ({ from: edge.source, to: edge.target }));
  return { projects, edges };
}

const tag = (project: Project | undefined, kind: string): string =>
  project?.tags.find((text) => text.startsWith(`${kind}:`))?.slice(kind.length + 1) ?? '';
const floor = (project: Project | undefined): number => Number(tag(project, 'floor'));

let graph: Graph;
beforeAll(() => {
  graph = readGraph();
}, 60_000);

test('every folder of apps and libs is a project with a floor and a place to run', () => {
  const roots = [...graph.projects.values()].map((project) => project.root);
  const folders = ['apps', 'libs'].flatMap((kind) =>
    readdirSync(join(REPO_ROOT, kind)).map((name) => `${kind}/${name}`),
  );
  expect(roots.toSorted()).toEqual([...folders, 'infra'].toSorted());
  for (const project of graph.projects.values()) {
    expect(tag(project, 'floor'), project.name).toMatch(/^[0-4]$/);
    expect(tag(project, 'runs'), project.name).toMatch(/^(anywhere|node|browser)$/);
  }
});

test('a project knows lower floors only, never a sibling', () => {
  expect(graph.edges.length).toBeGreaterThan(20);
  for (const { from, to } of graph.edges) {
    const [above, below] = [graph.projects.get(from), graph.projects.get(to)];
    expect(floor(above), `${from} → ${to}`).toBeGreaterThan(floor(below));
  }
});

test('what runs anywhere or in a browser knows nothing that needs Node', () => {
  for (const { from, to } of graph.edges) {
    if (tag(graph.projects.get(from), 'runs') === 'node') continue;
    expect(tag(graph.projects.get(to), 'runs'), `${from} → ${to}`).toBe('anywhere');
  }
});

test('a library has one door', () => {
  for (const project of graph.projects.values()) {
    if (!project.root.startsWith('libs/')) continue;
    const { exports } = JSON.parse(readFileSync(join(REPO_ROOT, project.root, 'package.json'), 'utf8'));
    expect(Object.keys(exports), project.name).toEqual(['.']);
  }
});

test('the top level is exactly the one of the design', () => {
  const tracked = execFileSync('git', ['ls-files'], { cwd: REPO_ROOT, encoding: 'utf8' }).split('\n');
  const top = [...new Set(tracked.filter(Boolean).map((path) => path.split('/')[0] ?? ''))];
  const visible = top.filter((name) => !name.startsWith('.')).toSorted();
  const wanted = [
    'LICENSE',
    'README.md',
    'apps',
    'infra',
    'libs',
    'nx.json',
    'package-lock.json',
    'package.json',
    'tsconfig.base.json',
  ];
  expect(visible).toEqual(wanted.toSorted());
});

test('every project folder has a README that a newcomer can read in a minute', () => {
  for (const project of graph.projects.values()) {
    const file = join(REPO_ROOT, project.root, 'README.md');
    expect(existsSync(file), file).toBe(true);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n').length;
    expect(lines, file).toBeGreaterThanOrEqual(10);
    expect(lines, file).toBeLessThanOrEqual(40);
  }
});
