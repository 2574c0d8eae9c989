/**
 * Servers linked into a program whose requests no family sees: they do not come through net/http's
 * serverHandler.ServeHTTP. (Of gRPC-Go the manifest says itself where it cannot be probed.) Told by a function that only a server has; a client of the same package is no server. Pure.
 */
import type { GoBinary } from '@mapscope/golang';

const SERVERS = [
  {
    what: 'HTTP/2 of golang.org/x/net/http2 (h2c too)',
    functions: ['golang.org/x/net/http2.(*serverConn).runHandler', 'golang.org/x/net/http2.(*serverConn).serve'],
    effect: "requests over it are not reported and bring no trace ids, unlike those of net/http's own HTTP/2",
  },
  {
    what: 'HTTP/3 (github.com/quic-go/quic-go)',
    functions: [
      'github.com/quic-go/quic-go/http3.(*Server).ServeListener',
      'github.com/quic-go/quic-go/http3.(*Server).serveListener',
    ],
    effect: 'requests over it are not reported and bring no trace ids',
  },
  {
    what: 'fasthttp (github.com/valyala/fasthttp)',
    functions: ['github.com/valyala/fasthttp.(*Server).serveConn', 'github.com/valyala/fasthttp.(*Server).Serve'],
    effect: 'requests over it are not reported and bring no trace ids',
  },
] as const;

export function untracedServers({ lookup }: Pick<GoBinary, 'lookup'>): readonly { what: string; effect: string }[] {
  return SERVERS.filter(({ functions }) => functions.some((name) => lookup(name) !== undefined)).map(
    ({ what, effect }) => ({ what, effect }),
  );
}
