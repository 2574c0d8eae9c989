/** The list of wait reasons against runtime2.go of every toolchain at hand. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { toolchains } from '../../testdata/toolchains.ts';
import { parseGoVersion } from '../buildinfo/go-version.ts';
import { waitReasons } from './wait-reason.ts';

test.skipIf(toolchains.length > 0)('wait reasons of Go toolchains', ({ skip }) => skip('no Go: set MAPSCOPE_GO_ROOTS'));

test.each(toolchains)('wait reasons are those of runtime2.go in %s', (root) => {
  const source = readFileSync(join(root, 'src/runtime/runtime2.go'), 'utf8');
  const constants = /\twaitReasonZero .*?\n\)/s.exec(source)![0].matchAll(/^\t(waitReason\w+)/gm);
  const texts = new Map(
    Array.from(source.matchAll(/^\t(waitReason\w+): +"(.*)",$/gm), ([, name, text]) => [name, text]),
  );
  const version = parseGoVersion(readFileSync(join(root, 'VERSION'), 'utf8').split('\n')[0]!)!;
  expect(waitReasons(version)).toEqual(Array.from(constants, ([, name]) => texts.get(name)));
});
