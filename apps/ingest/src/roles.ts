/**
 * The roles of the program `ingest`, one table. A role is loaded only when it runs: an agent carries no engine, the
 * engine no probes.
 */
import { type ConfigOptions, type ConfigValues, readConfig } from '@mapscope/events';
import { AGENT_OPTIONS } from './agent/options.ts';
import { joinTargets } from './agent/targets/parse-targets.ts';
import { CLICKHOUSE_OPTIONS } from './clickhouse-options.ts';
import { DEADLETTER_OPTIONS, deadletterConfig, splitVerb } from './deadletter/options.ts';
import { DETACH_OPTIONS } from './detach/options.ts';
import { DOCTOR_OPTIONS } from './doctor/options.ts';
import { GENERATE_OPTIONS } from './generate/options.ts';
import type { Reporter } from './process/reporter.ts';
import { OTLP_OPTIONS } from './otlp/options.ts';
import { REPLAY_OPTIONS } from './replay/options.ts';
import { SCHEMA_OPTIONS } from './schema/options.ts';
import { WRITER_OPTIONS } from './writer/options.ts';

export interface Role {
  readonly describe: string;
  readonly options: ConfigOptions;
  /** Throws CONFIG_INVALID with all problems at once; otherwise the role, ready to run, and its log level. */
  readonly configure: (sources: RoleSources) => ConfiguredRole;
}

export interface RoleSources {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface ConfiguredRole {
  readonly logLevel: ConfigValues<typeof AGENT_OPTIONS>['logLevel'];
  /** A number is the exit status, of roles that answer a question; the others end with 0. */
  readonly run: (reporter: Reporter, stop: AbortSignal) => Promise<void | 0 | 1>;
}

/** One environment serves all roles, so a name that another role knows is no mistake here. */
const ALL_OPTIONS: readonly ConfigOptions[] = [
  AGENT_OPTIONS,
  WRITER_OPTIONS,
  CLICKHOUSE_OPTIONS,
  OTLP_OPTIONS,
  REPLAY_OPTIONS,
  GENERATE_OPTIONS,
  DOCTOR_OPTIONS,
  DETACH_OPTIONS,
  DEADLETTER_OPTIONS,
  SCHEMA_OPTIONS,
];
const ALL_NAMES = ALL_OPTIONS.flatMap((options) => Object.values(options).flatMap(({ env }) => env ?? []));

function read<const O extends ConfigOptions>(options: O, { argv, env }: RoleSources): ConfigValues<O> {
  return readConfig(options, { argv, env, ignore: ALL_NAMES });
}

export const ROLES = {
  agent: {
    describe: 'attaches probes to Go processes and publishes what they see to Kafka',
    options: AGENT_OPTIONS,
    configure: ({ argv, env }) => {
      const config = read(AGENT_OPTIONS, { argv: joinTargets(argv), env });
      const run: ConfiguredRole['run'] = async (reporter, stop) =>
        (await import('./agent/run-agent.ts')).runAgent(config, reporter, stop);
      return { logLevel: config.logLevel, run };
    },
  },
  writer: {
    describe: 'writes batches from Kafka into ClickHouse, exactly once',
    options: WRITER_OPTIONS,
    configure: (sources) => {
      const config = read(WRITER_OPTIONS, sources);
      const run: ConfiguredRole['run'] = async (reporter, stop) =>
        (await import('./writer/run-writer.ts')).runWriter(config, reporter, stop);
      return { logLevel: config.logLevel, run };
    },
  },
  otlp: {
    describe: 'receives OpenTelemetry spans over HTTP and publishes them to Kafka',
    options: OTLP_OPTIONS,
    configure: (sources) => {
      const config = read(OTLP_OPTIONS, sources);
      const run: ConfiguredRole['run'] = async (reporter, stop) =>
        (await import('./otlp/run-otlp.ts')).runOtlp(config, reporter, stop);
      return { logLevel: config.logLevel, run };
    },
  },
  clickhouse: {
    describe: "offers the ClickHouse engine of this process on ClickHouse's HTTP interface",
    options: CLICKHOUSE_OPTIONS,
    configure: (sources) => {
      const config = read(CLICKHOUSE_OPTIONS, sources);
      const run: ConfiguredRole['run'] = async (reporter, stop) =>
        (await import('./run-clickhouse.ts')).runClickhouse(config, reporter, stop);
      return { logLevel: config.logLevel, run };
    },
  },
  replay: {
    describe: 'publishes a recorded run again, as if it happened now; needs no root',
    options: REPLAY_OPTIONS,
    configure: (sources) => {
      const config = read(REPLAY_OPTIONS, sources);
      const run: ConfiguredRole['run'] = async (reporter, stop) =>
        (await import('./replay/run-replay.ts')).runReplay(config, reporter, stop);
      return { logLevel: config.logLevel, run };
    },
  },
  generate: {
    describe: 'publishes the load of many services, drawn from a seed',
    options: GENERATE_OPTIONS,
    configure: (sources) => {
      const config = read(GENERATE_OPTIONS, sources);
      const run: ConfiguredRole['run'] = async (reporter, stop) =>
        (await import('./generate/run-generate.ts')).runGenerate(config, reporter, stop);
      return { logLevel: config.logLevel, run };
    },
  },
  doctor: {
    describe: 'says whether this machine is fit for probes, or (--exe, --pid) what could be probed in a program',
    options: DOCTOR_OPTIONS,
    configure: (sources) => {
      const config = read(DOCTOR_OPTIONS, sources);
      const run: ConfiguredRole['run'] = async () => (await import('./doctor/run-doctor.ts')).runDoctor(config, print);
      return { logLevel: config.logLevel, run };
    },
  },
  detach: {
    describe: 'ends all probes on this host and verifies that none is left (--all)',
    options: DETACH_OPTIONS,
    configure: (sources) => {
      const config = read(DETACH_OPTIONS, sources);
      const run: ConfiguredRole['run'] = async () => (await import('./detach/run-detach.ts')).runDetach(config, print);
      return { logLevel: config.logLevel, run };
    },
  },
  deadletter: {
    describe: 'list: batches the writer could not use, with the reason; replay: back to where they came from',
    options: DEADLETTER_OPTIONS,
    configure: ({ argv, env }) => {
      const { verb, flags } = splitVerb(argv);
      const config = deadletterConfig(verb, read(DEADLETTER_OPTIONS, { argv: flags, env }));
      const run: ConfiguredRole['run'] = async () =>
        (await import('./deadletter/run-deadletter.ts')).runDeadletter(config, print);
      return { logLevel: config.logLevel, run };
    },
  },
  schema: {
    describe: 'prints the SQL of all tables, for one server or (--cluster) for a cluster',
    options: SCHEMA_OPTIONS,
    configure: (sources) => {
      const config = read(SCHEMA_OPTIONS, sources);
      const run: ConfiguredRole['run'] = async () => (await import('./schema/run-schema.ts')).runSchema(config, print);
      return { logLevel: config.logLevel, run };
    },
  },
} as const satisfies Record<string, Role>;

/** Their answer is what stdout is for. */
const print = (line: string): void => void process.stdout.write(`${line}\n`);

export type RoleName = keyof typeof ROLES;

export function isRole(name: string): name is RoleName {
  return Object.hasOwn(ROLES, name);
}
