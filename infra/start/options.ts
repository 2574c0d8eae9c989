/** What `npm start` can be told. Flag > environment > default; all problems are reported at once. */
import {
  booleanOption,
  choiceOption,
  integerOption,
  listOption,
  MapscopeError,
  portOption,
  positionals,
  readConfig,
  textOption,
  urlOption,
  type ConfigValues,
} from '@mapscope/events';
import { GO_VERSIONS } from '../setup/tasks/go-toolchain.ts';

export const START_OPTIONS = {
  once: booleanOption({ flag: 'once', describe: 'run unattended: break the service, explain it, stop everything' }),
  json: booleanOption({ flag: 'json', describe: 'with --once: the result as one JSON line, last on stdout' }),
  port: portOption({ flag: 'port', env: 'MAPSCOPE_API_PORT', default: 8080, describe: 'API and pages' }),
  kafkaPort: portOption({ flag: 'kafka-port', default: 9092, describe: 'the broker that is started here' }),
  otlpPort: portOption({ flag: 'otlp-port', default: 4318, describe: 'OTLP over HTTP, for the spans of your SDKs' }),
  clickhousePort: portOption({ flag: 'clickhouse-port', default: 8123, describe: 'the engine that is started here' }),
  kafkaBrokers: listOption({
    flag: 'kafka-brokers',
    env: 'KAFKA_BROKERS',
    default: undefined,
    describe: 'brokers to use instead of starting one',
  }),
  clickhouseUrl: urlOption({
    flag: 'clickhouse-url',
    env: 'CLICKHOUSE_URL',
    default: undefined,
    describe: 'ClickHouse to use instead of starting the engine',
  }),
  dataDir: textOption({ flag: 'data-dir', default: undefined, describe: 'data and logs (default .mapscope)' }),
  go: choiceOption({ flag: 'go', choices: GO_VERSIONS, default: '1.24', describe: 'Go that builds the demo service' }),
  fault: choiceOption({
    flag: 'fault',
    choices: ['lock', 'downstream'],
    default: 'lock',
    describe: 'what key b (or --once) breaks in the demo service',
  }),
  rate: integerOption({ flag: 'rate', min: 1, max: 5000, default: 200, describe: 'requests per second at the demo' }),
  arm64: booleanOption({
    flag: 'arm64',
    describe: 'the demo service and an agent also in an emulated arm64 machine; what breaks is the one there',
  }),
  baselineSeconds: integerOption({
    flag: 'baseline',
    min: 5,
    max: 3600,
    default: 25,
    describe: 'with --once: seconds of quiet traffic before the service is broken',
  }),
  replay: booleanOption({
    flag: 'replay',
    describe: 'instead of watching a service, publish a recorded run again; needs no root, Go or eBPF',
  }),
  recording: positionals({
    name: 'recording',
    describe: 'with --replay: the capture to replay (default infra/replay/order-lock.capture)',
    max: 1,
  }),
  capture: textOption({
    flag: 'capture',
    env: 'MAPSCOPE_CAPTURE',
    default: undefined,
    describe: 'record this run into this file, for --replay; the demo is then built without paths of this machine',
  }),
  exe: textOption({ flag: 'exe', default: undefined, describe: 'watch this Go program of yours instead of the demo' }),
  exeArgs: textOption({ flag: 'exe-args', default: undefined, describe: 'start it with these arguments' }),
  service: textOption({ flag: 'service', env: 'OTEL_SERVICE_NAME', default: undefined, describe: 'its service.name' }),
  load: textOption({ flag: 'load', default: undefined, describe: 'shell command that sends requests to it' }),
  breakCommand: textOption({ flag: 'break', default: undefined, describe: 'shell command that makes it slow' }),
  fixCommand: textOption({ flag: 'fix', default: undefined, describe: 'shell command that mends it' }),
} as const;

export type StartOptions = ConfigValues<typeof START_OPTIONS>;

/** Names of our other programs' variables and of the tests; they mean nothing here. */
const OTHERS = ['MAPSCOPE_GO_ROOTS', 'MAPSCOPE_TOPIC_PREFIX', 'MAPSCOPE_KEYS_FILE'];

export function readStartOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): StartOptions {
  const options = readConfig(START_OPTIONS, { argv, env, ignore: OTHERS });
  const problem = contradiction(options);
  if (problem !== undefined) throw new MapscopeError('CONFIG_INVALID', problem);
  return options;
}

/** What cannot be meant together; undefined: nothing. */
export function contradiction(options: StartOptions): string | undefined {
  const { exe, replay, recording, capture } = options;
  const withoutExe = [options.exeArgs, options.load, options.breakCommand, options.fixCommand];
  if (exe === undefined && withoutExe.some((value) => value !== undefined))
    return '--exe-args, --load, --break and --fix belong to --exe PATH: the demo service has its own';
  if (options.arm64 && (exe !== undefined || replay || options.kafkaBrokers !== undefined))
    return '--arm64 runs the demo service twice, through the broker that is started here: leave --exe, --replay and --kafka-brokers out';
  if (replay && (exe !== undefined || capture !== undefined))
    return '--replay watches no service: leave --exe and --capture out, or --replay';
  if (!replay && recording.length > 0)
    return `"${recording.join(' ')}" belongs to no flag: give --replay FILE to replay a recording`;
  return undefined;
}
