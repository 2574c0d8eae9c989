/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Family http: one record per served request, by entries only (a RET probe costs 20 times more, a uretprobe crashes
 * Go). The end of a handler is finishRequest, which the same goroutine calls right after it; without that (panic,
 * hijack, HTTP/2) it is the next readRequest or the goroutine's exit, and the record says "abandoned".
 */
#include "common.h"

inline_always void end_request(struct hit *hit, u8 end)
{
	struct open_request *open = bpf_map_lookup_elem(&requests, &hit->self);
	struct http_request *record;

	if (!open)
		return;
	if (open->record.epoch == hit->epoch) {
		record = reserve(KIND_HTTP_REQUEST, sizeof(*record), hit, open->record.head.ts);
		if (record) {
			__builtin_memcpy(&record->goid, &open->record.goid,
					 sizeof(*record) - offset_of(struct http_request, goid));
			record->duration_ns = hit->now - open->record.head.ts;
			record->end = end;
			/* Later ends come when the request may be freed and its memory another's. */
			if (end == END_FINISHED)
				read_pattern(record, open->request);
			submit(record, KIND_HTTP_REQUEST);
		}
	}
	bpf_map_delete_elem(&requests, &hit->self);
}

inline_always void generate_context(struct trace_context *context, u32 epoch)
{
	random_span_id(context->trace_id);
	random_span_id(context->trace_id + 8);
	random_span_id(context->span_id);
	context->epoch = epoch;
	context->source = SOURCE_GENERATED;
	context->binding = BINDING_EXACT;
}

/* func (sh serverHandler) ServeHTTP(rw ResponseWriter, req *Request)  net/http/server.go, Go 1.19 … 1.27
 * AX = sh.srv, BX, CX = rw, DI = req. For HTTP/1 it is the response's own: conn.serve calls ServeHTTP(w, w.req), and
 * w.req is set nowhere else, so it is kept here rather than read from the response at the end: one offset less. */
inline_always void http_serve(struct pt_regs *ctx, struct hit *hit)
{
	struct open_request open = {};
	struct http_request *request = &open.record;
	struct trace_context *found, fresh = {};
	struct go_string text = {};
	u64 url = 0, req = ARG3(ctx);

	end_request(hit, END_ABANDONED);
	found = find_context(&hit->self, hit->epoch);
	if (!found) {
		generate_context(&fresh, hit->epoch);
		put_context(&hit->self, &fresh);
		found = &fresh;
	}
	open.request = req;
	request->head.ts = hit->now;
	request->epoch = hit->epoch;
	request->goid = read_running_goid(hit->self.g);
	request->trace_source = found->source;
	__builtin_memcpy(request->trace_id, found->trace_id, 16);
	__builtin_memcpy(request->span_id, found->span_id, 8);
	__builtin_memcpy(request->parent_span_id, found->parent_span_id, 8);
	bpf_probe_read_user(&text, sizeof(text), (void *)(req + request_method_offset));
	request->method_length = read_text(request->method, sizeof(request->method), &text);
	bpf_probe_read_user(&url, sizeof(url), (void *)(req + request_url_offset));
	text.length = 0;
	if (url)
		bpf_probe_read_user(&text, sizeof(text), (void *)(url + url_path_offset));
	request->path_length = read_text(request->path, sizeof(request->path), &text);
	if (bpf_map_update_elem(&requests, &hit->self, &open, BPF_ANY))
		COUNT(map_full);
}

SEC("uprobe.multi/http")
int family_http(struct pt_regs *ctx)
{
	struct hit hit;

	if (!begin_hit(ctx, &hit))
		return 0;
	switch (hit.hook) {
	case HOOK_HTTP_SERVE:
		http_serve(ctx, &hit);
		break;
	/* func (w *response) finishRequest()                                          net/http/server.go */
	case HOOK_HTTP_FINISH:
		end_request(&hit, END_FINISHED);
		break;
	/* func (c *conn) readRequest(ctx context.Context) (w *response, err error)    net/http/server.go
	 * func goexit1()                                                              runtime/proc.go
	 * The context goes too: this family may run without family trace, and it may have made one. */
	case HOOK_HTTP_READ_REQUEST:
	case HOOK_HTTP_GOEXIT:
		end_request(&hit, END_ABANDONED);
		bpf_map_delete_elem(&contexts, &hit.self);
		break;
	}
	return 0;
}
