/**
 * The offset tables against the DWARF that every toolchain at hand writes (see testdata/toolchains.ts for which): the test
 * program reads the DWARF of a program and prints the offsets. Both architectures.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readGoBinary } from '../index.ts';
import { buildGo, toolchains } from '../../testdata/toolchains.ts';
import { FIELD_NAMES, tableOffsets } from './field-table.ts';

test.skipIf(toolchains.length > 0)('offsets of Go toolchains', ({ skip }) => skip('no Go: set MAPSCOPE_GO_ROOTS'));

/** `program` run natively on the file of another one. */
function printed(program: string, file: string, names: readonly string[]): ReadonlyMap<string, string> {
  const lines = execFileSync(program, [file, ...names], { encoding: 'utf8' })
    .trim()
    .split('\n');
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), line.slice(line.lastIndexOf(' ') + 1)]));
}

test.each(toolchains)('field offsets are those of the DWARF that %s writes, on amd64 and arm64', (root) => {
  const amd64 = buildGo({ root, program: 'offsets' });
  const arm64 = buildGo({ root, program: 'offsets', env: { GOARCH: 'arm64', CGO_ENABLED: '0' } });
  for (const file of [amd64, arm64]) {
    const offsets = tableOffsets(readGoBinary(readFileSync(file)).goVersion)!;
    const theirs = printed(amd64, file, [...FIELD_NAMES, 'net/http.pattern.str']);
    const ours = new Map(FIELD_NAMES.map((name): [string, string] => [name, String(offsets[name] ?? '-')]));
    ours.set('net/http.pattern.str', offsets['net/http.Request.pat'] === undefined ? '-' : '0');
    expect(theirs).toEqual(ours);
  }
});
