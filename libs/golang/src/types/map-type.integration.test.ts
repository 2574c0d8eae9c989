/** Map types as read from the file against those that reflect sees in the running program, by every toolchain at hand. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { buildGo, toolchains } from '../../testdata/toolchains.ts';
import { readGoBinary } from '../index.ts';

const VARIANTS: readonly (readonly [string, readonly string[], Readonly<Record<string, string>>])[] = [
  ['default', [], {}],
  ['stripped', ['-ldflags=-s -w'], {}],
  ['position independent, stripped', ['-buildmode=pie', '-ldflags=-s -w'], {}],
  ['classic maps', [], { GOEXPERIMENT: 'noswissmap' }],
];
const cases = toolchains.flatMap((root) => VARIANTS.map(([variant, flags, env]) => ({ root, variant, flags, env })));

test.skipIf(toolchains.length > 0)('map types of Go programs', ({ skip }) => skip('no Go: set MAPSCOPE_GO_ROOTS'));

test.each(cases.filter(({ root, env }) => !('GOEXPERIMENT' in env) || /go-1\.2[45]$/.test(root)))(
  '$root, $variant: name, sizes and kinds are those of reflect',
  ({ root, flags, env }) => {
    const path = buildGo({ root, program: 'types', flags, env });
    const [anchor, ...lines] = execFileSync(path, { encoding: 'utf8' }).trim().split('\n');
    const binary = readGoBinary(readFileSync(path));
    const shift = parseInt(anchor!, 16) - binary.lookup('main.anchor')!.entry;
    expect(lines.length).toBe(13);
    for (const line of lines) {
      const { address, ...expected } = JSON.parse(line);
      const at = parseInt(address, 16) - shift;
      expect(binary.mapType(at)).toEqual(expected);
      expect(binary.typeName(at)).toBe(expected.name);
    }
  },
);
