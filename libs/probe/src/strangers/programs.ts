/** The programs: what they are told to do, so that handlers, proxies, storages and compilers of real size are watched. */
import { converseWithNats } from './nats.ts';
import { at, hostAt } from './stranger.ts';
import type { Ask, Stranger } from './stranger.ts';

const asked = (url: string, more: Partial<Ask> = {}): Ask => ({ url, requests: 1, calls: 0, ...more });
const base64 = (text: string): string => Buffer.from(text).toString('base64');

export const CADDY: Stranger = {
  name: 'caddy',
  executable: 'debian-sid/caddy/usr/bin/caddy',
  ports: 3,
  files: (ports) => ({
    Caddyfile: `{
  admin ${hostAt(ports, 2)}
  auto_https off
}
http://${hostAt(ports, 0)} {
  handle /api/* {
    reverse_proxy ${hostAt(ports, 1)}
  }
  handle {
    root * www
    templates
    file_server
  }
}
http://${hostAt(ports, 1)} {
  header X-Served-By upstream
  respond "upstream answers {http.request.uri}"
}
`,
    'www/page.html': '<p>{{.Req.Method}} {{.Req.URL.Path}} {{range (list 1 2 3)}}({{.}}){{end}}</p>\n',
    'www/plain.txt': 'plain\n',
  }),
  args: () => ['run', '--config', 'Caddyfile', '--adapter', 'caddyfile'],
  ready: (ports) => at(ports, 0, '/plain.txt'),
  asks: (ports) => [
    asked(at(ports, 0, '/page.html')),
    asked(at(ports, 0, '/plain.txt')),
    asked(at(ports, 0, '/missing')),
    asked(at(ports, 0, '/api/stock?of=7'), { requests: 2, calls: 1 }),
    asked(at(ports, 2, '/config/apps/http/servers')),
  ],
  profiles: (ports) => at(ports, 2, '/debug/pprof'),
  end: { signal: 'SIGTERM', status: 0 },
};

const MODULES = 40;
const moduleText = (index: number): string => {
  const next = index + 1 < MODULES ? `import { value as next } from './m${index + 1}.ts';` : 'const next: number = 1;';
  return `${next}\nenum Kind { One = ${index}, Two }\nexport const value: number = next + Kind.Two;\n`;
};

/** Bundles for every request that finds a changed or no bundle; without Debian's paths, build information or profiles. */
export const ESBUILD: Stranger = {
  name: 'esbuild',
  executable: 'npm/esbuild-0.28.2/package/bin/esbuild',
  ports: 1,
  files: () => ({
    ...Object.fromEntries(Array.from({ length: MODULES }, (_, index) => [`src/m${index}.ts`, moduleText(index)])),
    'src/main.ts': `import { value } from './m0.ts';\nconsole.log(value);\n`,
    'www/index.html': '<script src="/js/main.js"></script>\n',
  }),
  args: (ports) => ['--bundle', 'src/main.ts', '--outdir=www/js', '--servedir=www', `--serve=${hostAt(ports, 0)}`],
  ready: (ports) => at(ports, 0, '/index.html'),
  asks: (ports) => [
    asked(at(ports, 0, '/js/main.js')),
    asked(at(ports, 0, '/index.html')),
    asked(at(ports, 0, '/missing')),
    asked(at(ports, 0, '/')),
  ],
  end: { signal: 'SIGQUIT', status: 2 },
};

export const PROMETHEUS: Stranger = {
  name: 'prometheus',
  executable: 'debian-sid/prometheus/usr/bin/prometheus',
  ports: 1,
  files: (ports) => ({
    'prometheus.yml': `global: {scrape_interval: 1s}
scrape_configs: [{job_name: self, static_configs: [{targets: ["${hostAt(ports, 0)}"]}]}]
`,
  }),
  args: (ports) => [
    '--config.file=prometheus.yml',
    '--storage.tsdb.path=data',
    `--web.listen-address=${hostAt(ports, 0)}`,
  ],
  ready: (ports) => at(ports, 0, '/-/ready'),
  asks: (ports) => [
    asked(at(ports, 0, '/api/v1/query?query=sum(vector(40)%2B2)&time=1700000000')),
    asked(at(ports, 0, '/api/v1/query_range?query=vector(time())&start=1700000000&end=1700000600&step=60')),
    asked(at(ports, 0, '/api/v1/query?query=)')),
    asked(at(ports, 0, '/api/v1/parse_query?query=rate(a[5m])')),
    asked(at(ports, 0, '/api/v1/status/config')),
  ],
  profiles: (ports) => at(ports, 0, '/debug/pprof'),
  end: { signal: 'SIGTERM', status: 0 },
};

export const ETCD: Stranger = {
  name: 'etcd',
  executable: 'debian-sid/etcd-server/usr/bin/etcd',
  ports: 2,
  files: () => ({}),
  args: (ports) => [
    '--data-dir=data',
    '--enable-pprof',
    `--listen-client-urls=${at(ports, 0, '')}`,
    `--advertise-client-urls=${at(ports, 0, '')}`,
    `--listen-peer-urls=${at(ports, 1, '')}`,
    `--initial-advertise-peer-urls=${at(ports, 1, '')}`,
    `--initial-cluster=default=${at(ports, 1, '')}`,
  ],
  ready: (ports) => at(ports, 0, '/health'),
  asks: (ports) => {
    const [key, value] = [base64('stock'), base64('seven')];
    const v3 = (method: string, body: object): Ask =>
      asked(at(ports, 0, `/v3/kv/${method}`), { body: JSON.stringify(body) });
    return [
      v3('put', { key, value }),
      v3('range', { key }),
      v3('deleterange', { key }),
      v3('range', { key }),
      asked(at(ports, 0, '/version')),
    ];
  },
  profiles: (ports) => at(ports, 0, '/debug/pprof'),
  // counted on while probes come
  steady: (answer) => answer.replaceAll(/"(?:\w+_)?revision":"\d+"/g, ''),
  // It cleans up and then sends itself the signal anew.
  end: { signal: 'SIGTERM', status: null },
};

export const NATS: Stranger = {
  name: 'nats-server',
  executable: 'debian-sid/nats-server/usr/sbin/nats-server',
  ports: 3,
  files: () => ({}),
  args: (ports) => [
    '--name=stranger',
    '--addr=127.0.0.1',
    ...['port', 'http_port', 'profile'].map((name, index) => `--${name}=${ports[index] ?? 0}`),
  ],
  ready: (ports) => at(ports, 1, '/healthz'),
  asks: (ports) =>
    ['/healthz', '/gatewayz', '/leafz', '/routez', '/subsz?subs=1&test=stock.7'].map((path) =>
      asked(at(ports, 1, path)),
    ),
  steady: (answer) => answer.replaceAll(/"(?:server_id|now|start)": "[^"]*"|"(?:num|cache|avg)_\w+": [\d.]+/g, ''),
  converse: converseWithNats,
  profiles: (ports) => at(ports, 2, '/debug/pprof'),
  end: { signal: 'SIGTERM', status: 0 },
};
