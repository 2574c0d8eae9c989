/** What each error code means and how to mend it; the page infra/docs/errors.md is made of it. A code without words does not compile. */
import type { ErrorCode } from '@mapscope/events';

export interface ErrorWords {
  readonly means: string;
  readonly mend: string;
}

export const ERROR_WORDS: Readonly<Record<ErrorCode, ErrorWords>> = {
  CONFIG_INVALID: {
    means: 'A flag, a word of a command or an environment variable is unknown or has a wrong value.',
    mend: 'All problems are listed at once, with the allowed values and the nearest known name. `mapscope COMMAND --help` lists the flags, `mapscope config print` what a program would start with.',
  },
  NOT_ROOT: {
    means: 'Probes are loaded into the kernel, which takes rights; or an executable may not be read.',
    mend: 'Run with sudo, or give the agent CAP_BPF, CAP_PERFMON and CAP_SYS_PTRACE. `doctor --exe` needs read permission on the file, and nothing else.',
  },
  KERNEL_UNSUPPORTED: {
    means: 'uprobe-multi links need Linux 6.6 or newer with BPF.',
    mend: 'Boot a newer kernel; `mapscope doctor` says what this one has.',
  },
  PORT_TAKEN: {
    means: 'Another process listens on a port that is needed.',
    mend: 'Stop it, or choose another port by the flag that the message names (0 takes a free one).',
  },
  SETUP_FAILED: {
    means: 'Something could not be fetched, built, started or reached.',
    mend: 'The message names the step and its log file, or the address that gave no answer, and what to install, start or give instead. Of a command that asks the API: start Mapscope with `npm start`, or say where it listens with `--url` or `MAPSCOPE_URL`.',
  },
  TARGET_NOT_FOUND: {
    means:
      'The process or executable to watch does not exist, has ended, is just being written (text file busy), lies behind symbolic links that lead in a circle, or several processes run it.',
    mend: 'The message says which. With `--target` it is left out and the agent goes on.',
  },
  TARGET_NOT_GO: {
    means:
      'The executable was not built by Go: it has no Go build information and no function table; or it is a directory, a script, a 32-bit program.',
    mend: 'Give the Go program itself, not a script or wrapper around it.',
  },
  TARGET_UNSUPPORTED: {
    means: 'A Go version, CPU or link mode whose layout is not known for certain.',
    mend: 'Mapscope refuses rather than guess; the message lists what is supported.',
  },
  BINARY_MALFORMED: {
    means: 'The executable is damaged or truncated; the message gives the offset.',
    mend: 'Copy it again.',
  },
  PROBE_REFUSED: {
    means: 'No safe and cheap instruction was found in a function.',
    mend: 'The family that needs it stays off; the others run. `mapscope doctor --exe FILE` lists what can be probed.',
  },
  BPF_FAILED: {
    means: 'The kernel refused a program, map or link.',
    mend: "The kernel's own words are in the message; `mapscope doctor` checks what it needs.",
  },
  KAFKA_UNREACHABLE: {
    means: 'No broker answered.',
    mend: 'Check `KAFKA_BROKERS` (host:port, comma-separated) and that the broker advertises an address that can be reached from here.',
  },
  KAFKA_REFUSED: {
    means: 'A broker answered with an error, e.g. missing rights or a message that is too large.',
    mend: "The broker's own words are in the message.",
  },
  CLICKHOUSE_UNREACHABLE: {
    means: 'ClickHouse did not answer, or as many queries run and wait as may.',
    mend: 'Check `CLICKHOUSE_URL` (the HTTP port, usually 8123) and that the server runs; ask again in a second where too many ask.',
  },
  CLICKHOUSE_REFUSED: {
    means: 'ClickHouse answered with an exception; its code and text are in the message.',
    mend: 'Where rows, time or memory were too much: ask for a shorter window or for one route. Where tables are missing: start the writer, it makes them.',
  },
  BATCH_MALFORMED: {
    means: 'A Kafka message is damaged or of an unknown version.',
    mend: 'It is kept in the dead-letter topic with the reason: `mapscope deadletter list`, and `replay` when the writer is mended.',
  },
  QUERY_INVALID: {
    means: 'A question to the API or a control message has a wrong value.',
    mend: 'The message says which and what is allowed.',
  },
  NOT_FOUND: {
    means: 'Nothing is stored under this id, or there is no such route.',
    mend: 'Older than the retention, or not yet stored: a trace takes a second or two. `/docs` of the API lists its routes.',
  },
  NO_VERDICT: {
    means:
      '`npm start -- --once` found no answer in time. `mapscope why` ends with the same status where no cause is named.',
    mend: 'The reasons and the state of the pipeline are printed.',
  },
  ALERT_UNDELIVERED: {
    means:
      'An alert sink did not answer, or refused what it was sent. Nothing is lost: it is sent again until it is taken.',
    mend: 'See whether the address of `--alert-webhook`, `--alert-slack` or `--alert-alertmanager` is right and answers.',
  },
  ACCESS_REFUSED: {
    means: 'A request came without a key, with a wrong or expired one, or from a foreign Host or Origin.',
    mend: 'Make a key with `npm run key -- create --scope read` and give it in `MAPSCOPE_KEY` or with `--key-file`; or allow the host with `--allowed-hosts`.',
  },
  INTERNAL: {
    means: 'A fault in Mapscope itself.',
    mend: 'Please report it with the log files under `.mapscope/logs`.',
  },
};
