import { expect, test } from 'vitest';
import type { GoBinary } from '@mapscope/golang';
import type { Manifest } from '@mapscope/probe';
import { renderReport, reportProgram } from './program-report.ts';
import { untracedServers } from './untraced.ts';

const site = { fileOffset: 4096, program: 'p', hook: 1, required: true, reentrant: false };
const MANIFEST = {
  goVersion: 'go1.24.4',
  buildId: 'b/1',
  arch: 'amd64',
  families: ['http'],
  off: [{ family: 'client', reason: 'no round trips' }],
  hooks: [
    { ...site, family: 'http', function: 'net/http.serve', offset: 6, instruction: 'push', expectedNanos: 480 },
    { ...site, family: 'http', function: 'x.y', offset: 120, instruction: 'return', expectedNanos: 9200 },
  ],
  gaps: [
    {
      family: 'http',
      function: 'http2.end',
      required: false,
      reason: 'not linked in',
      effect: 'HTTP/2 is not reported',
    },
  ],
  constants: {} as Manifest['constants'],
} as const satisfies Manifest;

const binary = (functions: readonly string[]): GoBinary => {
  const modules = {
    path: '',
    main: { path: 'example.com/order', version: 'v1.2.3' },
    dependencies: [],
    settings: new Map(),
  };
  const lookup = (name: string) => (functions.includes(name) ? { name, entry: 1, size: 1 } : undefined);
  // Of a program the report asks for these two.
  return { modules, lookup } as Partial<GoBinary> as GoBinary;
};

test('each hook with its site and cost, each family with the reason it is off, each gap with its effect', () => {
  const report = reportProgram('/srv/order', binary(['github.com/valyala/fasthttp.(*Server).Serve']), MANIFEST);
  expect(renderReport(report)).toEqual([
    '/srv/order: go1.24.4, amd64, example.com/order v1.2.3',
    'build id b/1',
    '',
    'http: on',
    '  net/http.serve  +6     push      480 ns a hit',
    '  x.y             +120   return   9200 ns a hit',
    '',
    'client: off: no round trips',
    '',
    'Lacking',
    '  http: http2.end: not linked in. So HTTP/2 is not reported.',
    '',
    'Not traced',
    expect.stringMatching(/^ {2}fasthttp \(github\.com\/valyala\/fasthttp\): requests over it are not reported/),
  ]);
  expect(report.families[0]).toMatchObject({ on: true, hooks: [{ expectedNanosPerHit: 480 }, { offset: 120 }] });
});

test.each([
  [[], []],
  [['google.golang.org/grpc.(*ClientConn).Invoke'], []],
  [['golang.org/x/net/http2.(*serverConn).serve'], [/x\/net\/http2/]],
  [['github.com/valyala/fasthttp.(*Server).Serve', 'google.golang.org/grpc.(*Server).handleStream'], [/fasthttp/]],
])('servers that no probe sees are named, clients are not: %j', (functions, expected) => {
  expect(untracedServers(binary(functions)).map(({ what }) => what)).toEqual(
    expected.map((pattern) => expect.stringMatching(pattern)),
  );
});
