/**
 * All commands of `mapscope`, whoever carries them out: the commands that ask the API (apps/api/src/cli), the collector's
 * roles (apps/ingest/src/roles.ts), and two of this folder. Help, the page of all commands and completions are made of it.
 */
import { API_OPTIONS } from '../../apps/api/src/start/options.ts';
import { COMMANDS } from '../../apps/api/src/cli/commands.ts';
import type { Described, Group } from '../../apps/api/src/cli/core/help.ts';
import { ROLES, type Role, type RoleName } from '../../apps/ingest/src/roles.ts';
import { COLLECTOR, EXAMPLES, type Here, HERE } from './names.ts';

const role = (name: RoleName): Described => {
  const { describe, options }: Role = ROLES[name];
  const example = EXAMPLES[name];
  return { describe, usage: COLLECTOR[name], options, ...(example === undefined ? {} : { example }) };
};

const roles = (...names: readonly RoleName[]): Readonly<Record<string, Described>> =>
  Object.fromEntries(names.map((name) => [name, role(name)]));

/** `detach` is two: of a service, by the API; of this host, by the collector. */
export const GROUPS = [
  { title: 'Questions to the API', commands: COMMANDS },
  { title: 'This host', commands: { ...roles('doctor'), 'detach --all': { ...role('detach'), usage: '' } } },
  { title: 'The collector', commands: roles('agent', 'writer', 'otlp', 'clickhouse', 'replay', 'generate') },
  { title: 'Upkeep', commands: { ...roles('deadletter', 'schema'), ...HERE } },
] as const satisfies readonly (Group & { readonly commands: Readonly<Record<string, Described>> })[];

export const ALL: ReadonlyMap<string, Described> = new Map(
  GROUPS.flatMap(({ commands }): readonly (readonly [string, Described])[] => Object.entries(commands)),
);

/** What `config` knows to print and to check: programs that run on. */
export const CONFIGURED = {
  agent: ROLES.agent.options,
  writer: ROLES.writer.options,
  otlp: ROLES.otlp.options,
  clickhouse: ROLES.clickhouse.options,
  api: API_OPTIONS,
} as const;

export type { Here };
