import { expect, test } from 'vitest';
import { parseModuleInfo } from './module-info.ts';

test('what the go command writes is read', () => {
  const text = [
    'path\texample.com/shop/cmd/order',
    'mod\texample.com/shop\tv1.2.3\th1:abc=',
    'dep\tgo.opentelemetry.io/otel/sdk\tv1.46.0\th1:def=',
    'dep\tgithub.com/lib/pq\tv1.10.0',
    '=>\t../pq\t(devel)\t',
    'build\t-compiler=gc',
    'build\tGOEXPERIMENT=noswissmap',
    'build\t-ldflags="-s -w -X main.x=\\"y\\""',
    'build\tvcs.revision=0123',
    '',
  ].join('\n');
  const info = parseModuleInfo(text);
  expect(info).toMatchObject({
    path: 'example.com/shop/cmd/order',
    main: { path: 'example.com/shop', version: 'v1.2.3' },
    dependencies: [
      { path: 'go.opentelemetry.io/otel/sdk', version: 'v1.46.0' },
      { path: 'github.com/lib/pq', version: '(devel)' },
    ],
  });
  expect(info.settings.get('GOEXPERIMENT')).toBe('noswissmap');
  expect(info.settings.get('-ldflags')).toBe('-s -w -X main.x="y"');
});

test('a damaged text gives what it still says', () => {
  expect(parseModuleInfo('build\t"x\nfoo\n=>\t\nbuild\t-a="b').settings.get('-a')).toBe('"b');
});
