/** Probe policies: which processes are probed, with what, how much of them, until when. Agents follow with --policies. */
import {
  type PolicyChange,
  type PolicyJson,
  policiesAnswer,
  policy,
  policyChange,
  policyName,
} from '@mapscope/contract';
import { booleanOption, positionals, textOption } from '@mapscope/events';
import { type World, command, misused } from '../core/command.ts';
import { count } from '../words/numbers.ts';
import { type Column, table } from '../words/table.ts';

const ROUTE = '/api/v1/policies';

export const policies = command({
  describe: 'probe policies as they stand, or all that one ever said; --put, --undo, --delete change it',
  usage: '[NAME] [--put FILE|--undo|--delete]',
  example: 'mapscope policies order-canary --put order-canary.json',
  options: {
    name: positionals({ name: 'name', describe: 'of a policy; all of them when not given', max: 1 }),
    put: textOption({
      flag: 'put',
      describe: 'a JSON file: owner, reason, selectors, families, budgetPercent, ttlSeconds, ramp',
      default: undefined,
    }),
    undo: booleanOption({ flag: 'undo', describe: 'what it said before its last change, from now on' }),
    delete: booleanOption({ flag: 'delete', describe: 'withdraw it: its probes detach' }),
  },
  run: async ({ name: [name], put, undo, delete: remove, json }, world) => {
    const { api, out } = world;
    if ([put !== undefined, undo, remove].filter(Boolean).length > 1)
      throw misused('--put, --undo and --delete are given together: give one of them');
    const isChange = put !== undefined || undo || remove;
    if (name === undefined && isChange) throw misused('a change is of one policy: give its name');
    const path = name === undefined ? ROUTE : `${ROUTE}/${checked(name)}`;
    if (!isChange) {
      const { items } = await api.get(path, {}, policiesAnswer);
      out(json ? JSON.stringify({ items }) : policiesTable(items));
      return 0;
    }
    const body = put === undefined ? undefined : readChange(put, world);
    const [method, route] = undo ? (['POST', `${path}/undo`] as const) : ([remove ? 'DELETE' : 'PUT', path] as const);
    const now = await api.change(method, route, body, policy);
    out(json ? JSON.stringify(now) : changedLine(now));
    return 0;
  },
});

function checked(name: string): string {
  const read = policyName.safeParse(name);
  if (read.success) return read.data;
  throw misused(`"${name.slice(0, 64)}" is no name of a policy: it ${read.error.issues[0]?.message ?? ''}`);
}

/** Checked here as the API would, with the file's name beside each problem. */
function readChange(file: string, { readText }: Pick<World, 'readText'>): PolicyChange {
  let given: unknown;
  try {
    given = JSON.parse(readText(file));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw misused(`${file} is not JSON (${error.message}): check its commas and quotes`);
  }
  const read = policyChange.safeParse(given);
  if (read.success) return read.data;
  const problems = read.error.issues.map(({ path, message }) => `\n  - ${path.join('.') || 'the whole'}: ${message}`);
  throw misused(`${file} is no policy:${problems.join('')}`);
}

const changedLine = ({ name, action, version, percentNow, endsAt }: PolicyJson): string =>
  action === 'delete'
    ? `${name} is withdrawn; its probes detach within seconds`
    : `${name} is at version ${version}: ${percentNow} % of what it names, until ${endsAt.slice(0, 19)}Z; agents with --policies follow within seconds`;

const COLUMNS: readonly Column[] = [
  { title: 'POLICY' },
  { title: 'VERSION', right: true },
  { title: 'LAST' },
  { title: 'STATE' },
  { title: 'NOW', right: true },
  { title: 'ENDS' },
  { title: 'BUDGET', right: true },
  { title: 'PROBES' },
  { title: 'OF' },
  { title: 'OWNER' },
  { title: 'REASON' },
];

function policiesTable(items: readonly PolicyJson[]): string {
  if (items.length === 0) return 'there is no policy: make one with "mapscope policies NAME --put FILE"';
  const rows = items.map((item) => [
    item.name,
    count(item.version),
    item.action,
    item.state,
    `${item.percentNow} %`,
    `${item.endsAt.slice(0, 19)}Z`,
    `${item.budgetPercent} %`,
    item.families.length === 0 ? 'default' : item.families.join(','),
    item.selectors.join('; '),
    item.owner,
    item.reason,
  ]);
  return table(COLUMNS, rows);
}
