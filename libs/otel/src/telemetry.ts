/**
 * Starts opentelemetry-js where the environment asks for it and costs nothing where it does not: the SDK
 * (a hundred modules) is imported only then. Never makes the program fail: telemetry is the lesser thing.
 */
import { DiagLogLevel, diag, type DiagLogger } from '@opentelemetry/api';
import { serviceNameOf, wantsMetrics, wantsTelemetry, type Environment } from './wanted.ts';

export interface TelemetryOptions {
  readonly serviceName: string;
  /** Decides whether to start; endpoint, headers, protocol, sampler are read by the SDK from the process. */
  readonly env: Environment;
  /** Export and set-up problems; the default writes them to stderr, since stdout belongs to the program's answers. */
  readonly onProblem?: (message: string) => void;
}

export interface Telemetry {
  readonly running: boolean;
  /** Sends what is left, at most a few seconds. Never rejects: the collector may be away. */
  readonly shutdown: () => Promise<void>;
}

const OFF: Telemetry = { running: false, shutdown: () => Promise.resolve() };

/** An exporter whose collector hangs would hold the process up: its own time-out is 10 s. */
const SHUTDOWN_MILLIS = 3000;

interface Sdk {
  readonly shutdown: () => Promise<void>;
}

export async function startTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  if (!wantsTelemetry(options.env)) return OFF;
  const report = options.onProblem ?? ((message) => void process.stderr.write(`telemetry: ${message}\n`));
  try {
    diag.setLogger(problemLogger(report), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
    const sdk = await startSdk(options);
    return { running: true, shutdown: () => shutdownQuietly(sdk, report) };
  } catch (error) {
    report(`not started: ${String(error)}; check the OTEL_* variables`);
    return OFF;
  }
}

async function startSdk(options: TelemetryOptions): Promise<Sdk> {
  const [{ NodeSDK }, { envDetector, hostDetector, serviceInstanceIdDetector }] = await Promise.all([
    import('@opentelemetry/sdk-node'),
    import('@opentelemetry/resources'),
  ]);
  const sdk = new NodeSDK({
    serviceName: serviceNameOf(options.env, options.serviceName),
    // Not processDetector: process.command_args would carry passwords given as flags.
    resourceDetectors: [serviceInstanceIdDetector, hostDetector, envDetector],
    logRecordProcessors: [],
    ...(wantsMetrics(options.env) ? {} : { metricReaders: [] }),
  });
  sdk.start();
  return sdk;
}

/** Sockets of a hung export may outlive this by seconds: a program that is done calls process.exit afterwards. */
async function shutdownQuietly(sdk: Sdk, report: (message: string) => void): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(resolve, SHUTDOWN_MILLIS, `no answer in ${SHUTDOWN_MILLIS} ms`);
  // sdk-node 0.301: shutdown() rejects when the last export fails.
  const problem = await Promise.race([late, sdk.shutdown().then(() => undefined, String)]);
  clearTimeout(timer);
  if (problem !== undefined) report(`the last spans are lost: ${problem}; is the collector running?`);
}

const drop = (): void => undefined;

/** DiagConsoleLogger writes to stdout, which carries our JSON lines. */
function problemLogger(report: (message: string) => void): DiagLogger {
  const write = (message: string, ...rest: readonly unknown[]): void =>
    report([message, ...rest].map(String).join(' '));
  return { error: write, warn: write, info: drop, debug: drop, verbose: drop };
}
