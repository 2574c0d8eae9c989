/** Family http: requests served by net/http, from their handler's start to its end. */
import type { FamilySpec, HookSpec } from '../family.ts';

export const SERVE = 'net/http.serverHandler.ServeHTTP';
export const FINISH = 'net/http.(*response).finishRequest';
/** The deferred function of conn.serve: net/http/server.go, Go 1.19 … 1.27. */
export const CONNECTION_END = 'net/http.(*conn).serve.func1';
/** The deferred function of runHandler that recovers: net/http/h2_bundle.go; Go 1.27 has a package for it. */
export const HTTP2_ENDS = [
  'net/http.(*http2serverConn).runHandler.func1',
  'net/http/internal/http2.(*serverConn).runHandler.func1',
] as const;
/** The same of the module that programs may use themselves (http2.ConfigureServer): it comes by ServeHTTP too. */
const X_NET_END = 'golang.org/x/net/http2.(*serverConn).runHandler.func1';
const HIJACK = 'net/http.(*response).Hijack';

const NO_REQUESTS = 'no requests are seen';
const NO_PANICS = 'a request whose handler panics is reported as abandoned, or not at all';
const NO_HTTP2 = 'requests over HTTP/2 are not reported';

export const RPC_SERVE = 'google.golang.org/grpc.(*Server).handleStream';
const TRANSPORT = 'google.golang.org/grpc/internal/transport.(*http2Server)';
/** v1.33 … v1.64, v1.79 … v1.81 */
const RPC_ENDS = [`${TRANSPORT}.WriteStatus`, `${TRANSPORT}.writeStatus`] as const;
/** A method of the transport by which the BPF program knows it from that of net/http; see grpc-stream.h. */
export const RPC_CLOSE = `${TRANSPORT}.Close`;
/** bpf/records.h */
export const RPC_START_HOOK = 20;

/** gRPC-Go has an HTTP/2 server of its own. */
const rpc = {
  onlyWith: RPC_SERVE,
  group: 'rpc',
  required: false,
  effect: 'gRPC requests are not traced, except by spans: they have no rows, and their traceparent is not read',
} as const satisfies Partial<HookSpec>;

export const HTTP: FamilySpec = {
  program: 'family_http',
  kind: 'http_requests',
  hooks: [
    { function: SERVE, hook: 9, required: true, effect: NO_REQUESTS },
    { function: FINISH, hook: 10, required: true, effect: NO_REQUESTS },
    { function: CONNECTION_END, hook: 11, required: false, effect: NO_PANICS },
    { function: HTTP2_ENDS[0], orElse: HTTP2_ENDS.slice(1), hook: 12, required: false, effect: NO_HTTP2 },
    { function: X_NET_END, onlyWith: X_NET_END, hook: 18, required: false, effect: NO_HTTP2 },
    { function: RPC_SERVE, hook: RPC_START_HOOK, reads: 'grpcStream', ...rpc },
    { function: RPC_ENDS[0], orElse: RPC_ENDS.slice(1), hook: 21, ...rpc },
    // A program without it never hijacks.
    { function: HIJACK, onlyWith: HIJACK, hook: 16, required: false, effect: 'hijacked requests are not reported' },
    { function: 'runtime.gopanic', hook: 17, required: false, coveredBy: 'fatal', effect: NO_PANICS },
  ],
  blind: [
    {
      function: 'golang.org/x/net/http2/h2c.h2cHandler.ServeHTTP',
      effect:
        'requests over HTTP/2 without TLS are not traced where x/net/http2/h2c serves them: it goes around net/http',
    },
  ],
};
