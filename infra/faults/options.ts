/** What the suite can be told; all problems are reported at once. */
import {
  booleanOption,
  type ConfigValues,
  integerOption,
  listOption,
  MapscopeError,
  readConfig,
  textOption,
} from '@mapscope/events';
import { GO_VERSIONS } from '../setup/tasks/go-toolchain.ts';
import { SCENARIOS } from './scenarios.ts';

/** The oldest that is supported, the first with Swiss maps, the newest. */
const DEFAULT_GO = ['1.19', '1.24', GO_VERSIONS.at(-1) ?? '1.24'];

export const FAULT_OPTIONS = {
  json: booleanOption({ flag: 'json', describe: 'nothing on stdout but the result as one JSON line' }),
  scenarios: listOption({
    flag: 'scenario',
    choices: SCENARIOS.map(({ name }) => name),
    default: SCENARIOS.map(({ name }) => name),
    describe: 'only these',
  }),
  go: listOption({ flag: 'go', choices: GO_VERSIONS, default: DEFAULT_GO, describe: 'Go that builds the services' }),
  seconds: integerOption({
    flag: 'seconds',
    min: 15,
    max: 600,
    default: 30,
    describe: 'of load without the fault, and again with it',
  }),
  pairs: booleanOption({
    flag: 'pairs',
    default: true,
    describe:
      'slices without and with the fault in turn, for p99 without it (72 s more for each scenario with one cause)',
  }),
  seed: integerOption({ flag: 'seed', min: 1, max: 1_000_000, default: 1, describe: 'of the load, both times' }),
  atOnce: integerOption({
    flag: 'at-once',
    min: 1,
    max: 8,
    default: 3,
    describe: 'scenarios that run side by side; those that need a CPU run alone',
  }),
  dataDir: textOption({
    flag: 'data-dir',
    default: undefined,
    describe: 'data and logs (default: a temporary folder)',
  }),
} as const;

export type FaultOptions = ConfigValues<typeof FAULT_OPTIONS>;

export function readFaultOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): FaultOptions {
  const ignore = [
    'MAPSCOPE_GO_ROOTS',
    'MAPSCOPE_TOPIC_PREFIX',
    'MAPSCOPE_KEYS_FILE',
    'MAPSCOPE_API_PORT',
    'MAPSCOPE_CAPTURE',
  ];
  const options = readConfig(FAULT_OPTIONS, { argv, env, ignore });
  if (options.scenarios.length > 0 && options.go.length > 0) return options;
  throw new MapscopeError('CONFIG_INVALID', 'nothing to run: name at least one --scenario and one --go');
}
