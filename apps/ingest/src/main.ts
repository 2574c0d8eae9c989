#!/usr/bin/env node
/**
 * `ingest <role> [--flags]`: one program, one role a process. Events for the starter on stdout, one JSON object a line; log
 * lines for people on stderr. SIGTERM and SIGINT drain and end with 0; a failure ends with the status of its code.
 */
import { MapscopeError, describeOptions, wantsHelp } from '@mapscope/events';
import { type LogLevel, type Reporter, makeReporter, reportFailure } from './process/reporter.ts';
import { stopOnSignals } from './process/stop-signal.ts';
import { ROLES, type Role, type RoleName, isRole } from './roles.ts';

/**
 * libuv reads this once, when its pool starts (docs.libuv.org, threadpool); the engine's work runs there. What the
 * starter gave stays. Setting it here is in time only while nothing has used the pool: no file was read before.
 */
process.env['UV_THREADPOOL_SIZE'] ??= '8';

const NAMES = Object.keys(ROLES).filter(isRole);

function reporterFor(lowest: LogLevel): Reporter {
  return makeReporter({
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    nowMillis: Date.now,
    lowest,
  });
}

function help(name: RoleName | undefined): string {
  if (name !== undefined) {
    const { describe, options }: Role = ROLES[name];
    return `ingest ${name}: ${describe}\n\n${describeOptions(options)}`;
  }
  const roles = NAMES.map((role) => `  ${role.padEnd(12)}${ROLES[role].describe}`).join('\n');
  return `ingest <role> [--flags]\n\n${roles}\n\ningest <role> --help lists the flags of a role.`;
}

async function main(argv: readonly string[]): Promise<number> {
  const [name = '', ...flags] = argv;
  const role = isRole(name) ? name : undefined;
  if (wantsHelp(argv)) {
    process.stdout.write(`${help(role)}\n`);
    return 0;
  }
  const startReporter = reporterFor('info');
  try {
    if (role === undefined) throw noSuchRole(name);
    const { logLevel, run } = ROLES[role].configure({ argv: flags, env: process.env });
    const reporter = reporterFor(logLevel);
    return (await run(reporter, stopOnSignals(reporter))) ?? 0;
  } catch (error) {
    return reportFailure(startReporter, error);
  }
}

function noSuchRole(name: string): MapscopeError {
  const given = name === '' ? 'no role is given' : `there is no role "${name.slice(0, 64)}"`;
  return new MapscopeError('CONFIG_INVALID', `${given}: give one of ${NAMES.join(', ')}, e.g. "ingest writer --help"`);
}

process.on('unhandledRejection', (error) => {
  process.exit(reportFailure(reporterFor('info'), error));
});
// Pipes are written at once on Linux (Node, "A note on process I/O"), so nothing is lost by leaving here; connections
// of client libraries must not hold up a role that has said "stopped".
process.exit(await main(process.argv.slice(2)));
