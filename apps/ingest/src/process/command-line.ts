/** The words a process was started with, and whether they are one of ours. */
import { readFileSync } from 'node:fs';

export function commandLine(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      .split('\0')
      .filter((word) => word !== '');
  } catch {
    return [];
  }
}

/** A program of this repository, in a checkout or installed, or by `mapscope`; and the broker, whose files lie in our data folder. */
const OUR_PROGRAM = /(^|\/)((ingest|api)\/(dist|src)|infra\/mapscope)\/main\.[jt]s$/;
const OUR_BROKER = /\/\.mapscope\//;

export function isMapscope(words: readonly string[]): boolean {
  return (
    words.some((word) => OUR_PROGRAM.test(word)) ||
    (words.includes('kafka.Kafka') && words.some((word) => OUR_BROKER.test(word)))
  );
}

/** `node … apps/ingest/dist/main.js agent …` */
export function isAgent(words: readonly string[]): boolean {
  const program = words.findIndex((word) => OUR_PROGRAM.test(word));
  return program >= 0 && words[program + 1] === 'agent';
}
