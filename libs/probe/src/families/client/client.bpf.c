/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Family client: one record per HTTP round trip that this process makes, until the response's header is there.
 *
 * The end is every RET of roundTrip, the one costly site of this family (9 µs under virtualisation, against the 50 µs
 * that a round trip takes at the very least): no function always runs next. Transport.RoundTrip, its caller, only hands
 * the result on; behind that stands whatever RoundTripper the service wrapped around it. From Go 1.23 roundTrip defers a
 * closure, but not yet where it refuses a request that no server can get (no host, another scheme), and the status is not
 * within its reach. A round trip that panics passes no RET and is not reported.
 */
#include "common.h"

/* func (t *Transport) roundTrip(req *Request) (*Response, error)      net/http/transport.go, Go 1.19 … 1.27
 * AX = t, BX = req. It may run within another one, of a transport that a protocol was registered with
 * (Transport.RegisterProtocol), so round trips are told apart by call, not by goroutine. */
inline_always void client_send(struct pt_regs *ctx, const struct hit *hit)
{
	struct open_client_request open = {};
	struct call_key key = call_of(ctx, hit);
	struct go_string text = {};
	u64 url = 0, req = ARG1(ctx);

	open.start_ns = hit->now;
	open.epoch = hit->epoch;
	bpf_probe_read_user(&text, sizeof(text), (void *)(req + request_method_offset));
	open.method_length = read_text(open.method, sizeof(open.method), &text);
	bpf_probe_read_user(&url, sizeof(url), (void *)(req + request_url_offset));
	text.length = 0;
	if (url)
		bpf_probe_read_user(&text, sizeof(text), (void *)(url + url_host_offset));
	open.host_length = read_text(open.host, sizeof(open.host), &text);
	if (bpf_map_update_elem(&client_requests, &key, &open, BPF_ANY))
		COUNT(map_full);
}

/* At RET: AX = *Response, BX, CX = error (an interface: type and value; no error is no type). */
inline_always void client_return(struct pt_regs *ctx, const struct hit *hit)
{
	struct call_key key = call_of(ctx, hit);
	struct open_client_request *open = bpf_map_lookup_elem(&client_requests, &key);
	struct client_request *record;
	u64 status = 0;

	if (!open)
		return;
	record = open->epoch == hit->epoch ? reserve(KIND_CLIENT_REQUEST, sizeof(*record), open->start_ns) : 0;
	if (record) {
		record->duration_ns = hit->now - open->start_ns;
		record->goid = read_running_goid(hit->self.g);
		record->error = ARG1(ctx) != 0;
		if (!record->error && ARG0(ctx))
			bpf_probe_read_user(&status, sizeof(status), (void *)(ARG0(ctx) + response_status_offset));
		record->status = status;
		record->method_length = open->method_length;
		record->host_length = open->host_length;
		record->pad = 0;
		__builtin_memcpy(record->method, open->method, sizeof(open->method));
		__builtin_memcpy(record->host, open->host, sizeof(open->host));
		record->binding = write_trace(record->trace_id, hit);
		submit(record, KIND_CLIENT_REQUEST);
	}
	bpf_map_delete_elem(&client_requests, &key);
}

SEC("uprobe.multi/client")
int family_client(struct pt_regs *ctx)
{
	struct hit hit;

	if (!begin_hit(ctx, &hit))
		return 0;
	switch (hit.hook) {
	case HOOK_CLIENT_SEND:
		client_send(ctx, &hit);
		break;
	case HOOK_CLIENT_RETURN:
		client_return(ctx, &hit);
		break;
	}
	return 0;
}
