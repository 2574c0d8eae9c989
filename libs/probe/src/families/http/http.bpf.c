/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Family http: one record per served request, by entries only (a RET probe costs 20 times more, a uretprobe crashes
 * Go).
 *
 *   HTTP/1   ServeHTTP ──handler──► finishRequest                      the same goroutine, request after request
 *                       └─Hijack─►  the connection is the handler's: it serves no more requests
 *                       └─panic──►  conn.serve's deferred function
 *   HTTP/2   ServeHTTP ──handler or panic──► runHandler's deferred function; a goroutine a request
 *   gRPC-Go  handleStream ──handler──► WriteStatus                     grpc-stream.h
 */
#include "../trace/request-context.h"
#include "grpc-stream.h"

/* goroutine.request is a stream of gRPC; both are aligned. */
#define RPC_STREAM 1

/* The full name of a gRPC stream's method, or the pattern that ServeMux matched. At every end but "abandoned" the request is
 * reachable: through the response that finishRequest and Hijack got, and that the deferred functions hold. */
inline_always struct go_string find_pattern(u64 request)
{
	struct go_string text = {};
	u64 at = request + request_pattern_offset;

	if (grpc_method_offset && (request & RPC_STREAM))
		at = (request ^ RPC_STREAM) + grpc_method_offset;
	else if (request_pattern_offset == 0 || (request_pattern_is_pointer && bpf_probe_read_user(&at, sizeof(at), (void *)at)))
		return text;
	if (at)
		bpf_probe_read_user(&text, sizeof(text), (void *)at);
	return text;
}

/* All but the pattern. */
inline_always void fill_request(struct http_request *record, const struct hit *hit, const struct goroutine *self, u8 end)
{
	record->duration_ns = hit->now - self->started_ns;
	record->goid = self->goid;
	__builtin_memcpy(record->trace_id, self->context.trace_id, 32);
	record->trace_source = self->context.source;
	record->end = end;
	record->method_length = self->method_length;
	record->path_length = self->path_length;
	record->pattern_length = 0;
	__builtin_memcpy(record->method, self->method, sizeof(self->method) + sizeof(self->path));
}

inline_always void write_request(const struct hit *hit, const struct goroutine *self, u8 end)
{
	struct http_request *record;
	struct go_string pattern = {};

	if (end != END_ABANDONED)
		pattern = find_pattern(self->request);
	if (pattern.length) {
		record = reserve(KIND_HTTP_REQUEST, sizeof(*record), self->started_ns);
		if (!record)
			return;
		fill_request(record, hit, self, end);
		record->pattern_length = read_text(record->pattern, sizeof(record->pattern), &pattern);
	} else {
		record = reserve(KIND_HTTP_REQUEST, HTTP_REQUEST_SHORT, self->started_ns);
		if (!record)
			return;
		fill_request(record, hit, self, end);
	}
	submit(record, KIND_HTTP_REQUEST);
}

inline_always void end_request(const struct hit *hit, struct goroutine *self, u8 end)
{
	if (self->started_ns && self->request_epoch == hit->epoch)
		write_request(hit, self, end);
	self->started_ns = 0;
}

/* g._panic (runtime2.go: behind stack, stackguard0 and stackguard1 in Go 1.19 … 1.27): not nil while deferred functions
 * run because of a panic that nobody has recovered, or of runtime.Goexit. */
#define G_PANIC_OFFSET 32

inline_always int is_unwinding(u64 g)
{
	u64 panic = 0;

	bpf_probe_read_user(&panic, sizeof(panic), (void *)(g + G_PANIC_OFFSET));
	return panic != 0;
}

#define METHOD_BYTES 8
#define PATH_BYTES 64
_Static_assert(sizeof(((union request_room *)0)->line) == METHOD_BYTES + PATH_BYTES, "");

/* HTTP/1: method and path are parts of the request line, "GET /path?query HTTP/1.1", which is one string; a read costs as
 * much as 100 instructions. Only up to the path's end. 0: they lie elsewhere (HTTP/2, an escaped path, a long method). */
inline_always int read_request_line(struct goroutine *self, const struct go_string *method, const struct go_string *path,
				    union request_room *room)
{
	u64 behind = path->data - method->data, *words = room->line, *to = (u64 *)self->path;
	u32 bytes = path->length < PATH_BYTES ? path->length : PATH_BYTES, shift;

	if (behind <= method->length || behind >= METHOD_BYTES || path->length == 0)
		return 0;
	bytes += behind;
	/* as in read_text */
	asm volatile("" : "+r"(bytes));
	bytes &= 127;
	__builtin_memset(words, 0, sizeof(room->line));
	if (bytes > sizeof(room->line) || bpf_probe_read_user(words, bytes, (void *)method->data))
		return 0;
	shift = 8 * behind;
	*(u64 *)self->method = words[0] & ((1ull << 8 * method->length) - 1);
#pragma unroll
	for (int i = 0; i < PATH_BYTES / 8; i++)
		to[i] = words[i] >> shift | words[i + 1] << (64 - shift);
	self->method_length = method->length;
	self->path_length = path->length > 255 ? 255 : path->length;
	return 1;
}

/* What read_request_head says of a request. The name of its method stands for the path; the HTTP method is POST, see
 * set_post. It is read here too, so that the verifier follows what comes next once, not twice. */
inline_always void read_stream_head(struct request_head *head, u64 stream)
{
	bpf_probe_read_user(&head->method, sizeof(head->method), (void *)(stream + grpc_method_offset));
	head->url = stream + grpc_method_offset - url_path_offset;
	head->header = grpc_metadata(stream);
}

/* gRPC's wire format knows no other ("gRPC over HTTP2", Requests). */
inline_always void set_post(struct goroutine *self)
{
	__builtin_memcpy(self->method, "POST\0\0\0", sizeof(self->method));
	self->method_length = 4;
}

/* func (sh serverHandler) ServeHTTP(rw ResponseWriter, req *Request)  net/http/server.go, Go 1.19 … 1.27
 * AX = sh.srv, BX, CX = rw, DI = req. HTTP/2 comes here too, by initALPNRequest. Method and path are read now, as the
 * client sent them: handlers may change them.
 * func (s *Server) handleStream(t transport.ServerTransport, stream *transport.Stream, …)   google.golang.org/grpc/server.go
 * AX = s, BX, CX = t, DI = stream; v1.33 … v1.81. */
inline_always void http_serve(struct pt_regs *ctx, const struct hit *hit)
{
	struct goroutine *self = have_goroutine(hit->self.g);
	struct go_string path = {};
	struct request_head head;
	union request_room room;

	if (!self)
		return;
	if (grpc_method_offset && hit->hook == HOOK_HTTP_RPC_START) {
		if (!is_own_transport(ctx))
			return;
		end_request(hit, self, END_ABANDONED);
		read_stream_head(&head, ARG3(ctx));
		self->request = ARG3(ctx) | RPC_STREAM;
	} else {
		end_request(hit, self, END_ABANDONED);
		read_request_head(&head, ARG3(ctx), &room);
		self->request = ARG3(ctx);
	}
	open_context(self, hit, head.header, &room);
	/* the next request of a connection is served by the same goroutine */
	if (!new_goroutines_seen || !self->goid || self->request_epoch != hit->epoch)
		self->goid = read_running_goid(hit->self.g);
	self->request_epoch = hit->epoch;
	self->end = END_ABANDONED;
	if (head.url)
		bpf_probe_read_user(&path, sizeof(path), (void *)(head.url + url_path_offset));
	if (!read_request_line(self, &head.method, &path, &room)) {
		self->method_length = read_text(self->method, sizeof(self->method), &head.method);
		self->path_length = read_text(self->path, sizeof(self->path), &path);
	}
	if (grpc_method_offset && (self->request & RPC_STREAM))
		set_post(self);
	self->started_ns = hit->now;
}

SEC("uprobe.multi/http")
int family_http(struct pt_regs *ctx)
{
	struct goroutine *self;
	struct hit hit;

	if (!begin_hit(ctx, &hit))
		return 0;
	if (hit.hook == HOOK_HTTP_SERVE || hit.hook == HOOK_HTTP_RPC_START) {
		http_serve(ctx, &hit);
		return 0;
	}
	self = find_goroutine(hit.self.g);
	if (!self)
		return 0;
	switch (hit.hook) {
	/* func (w *response) finishRequest()                                          net/http/server.go */
	case HOOK_HTTP_FINISH:
	/* func (t *http2Server) WriteStatus(s *Stream, st *status.Status) error
	 *                                            google.golang.org/grpc/internal/transport/http2_server.go; later writeStatus */
	case HOOK_HTTP_RPC_END:
		end_request(&hit, self, END_FINISHED);
		close_context(self);
		break;
	/* func (w *response) Hijack() (rwc net.Conn, buf *bufio.ReadWriter, err error) net/http/server.go
	 * The request is answered; what follows on the connection is not HTTP. The context stays with the goroutine. */
	case HOOK_HTTP_HIJACK:
		end_request(&hit, self, END_HIJACK);
		self->context.sdk_asked = 1; /* spans from here on are not the request's */
		break;
	/* func (c *conn) serve(ctx context.Context), its deferred func()              net/http/server.go
	 * Runs at every end of a connection's goroutine. A request is open only if its handler panicked or called
	 * runtime.Goexit. */
	case HOOK_HTTP_CONNECTION_END:
		end_request(&hit, self, self->end);
		close_context(self);
		break;
	/* func (sc *serverConn) runHandler(rw *responseWriter, req *Request, handler func(ResponseWriter, *Request)), its
	 * deferred func()                                  net/http/h2_bundle.go; from Go 1.27 net/http/internal/http2; x/net/http2
	 * A handler that recovered from its panic has come here by returning. */
	case HOOK_HTTP_HTTP2_END:
	case HOOK_HTTP_X_NET_END:
		end_request(&hit, self, is_unwinding(hit.self.g) ? self->end : END_FINISHED);
		close_context(self);
		break;
	/* func gopanic(e any)                                                         runtime/panic.go */
	case HOOK_HTTP_PANIC:
		note_panic(&hit);
		break;
	}
	return 0;
}
