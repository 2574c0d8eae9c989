/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Requests that gRPC-Go serves by its own HTTP/2 server, each on a goroutine of its own or of a pool.
 *
 *   handleStream ──handler──► WriteStatus           once, as the answer is complete, also after an error
 *
 *   stream.ctx ─► value or cancel context ─► … ─► value context ─► …
 *                 [ parent type, data │ … ]       [ parent type, data │ key type, data │ value type, data ]
 *
 * What came with the request is a map, metadata.MD, in the first context that holds a map (metadata.NewIncomingContext):
 * a map[string][]string like http.Header, with names in lower case. Offsets: libs/golang/src/offsets/grpc-stream.ts.
 */
#ifndef MAPSCOPE_GRPC_STREAM_H
#define MAPSCOPE_GRPC_STREAM_H

#include "common.h"

/* context/context.go, Go 1.19 … 1.27: every kind of context begins with its parent. */
struct any_context {
	u64 parent_type, parent;
	u64 key_type, key;
	u64 value_type, value;
};

#define CONTEXTS_WALKED 8
#define KIND_MAP 21

/* The address of a map[string][]string; 0: there is none. */
inline_always u64 grpc_metadata(u64 stream)
{
	struct any_context context = {};
	u64 at = 0;

	bpf_probe_read_user(&at, sizeof(at), (void *)(stream + grpc_context_offset + 8));
#pragma clang loop unroll(disable)
	for (int i = 0; i < CONTEXTS_WALKED; i++) {
		u8 kind = 0;

		if (!at || bpf_probe_read_user(&context, sizeof(context), (void *)at))
			return 0;
		bpf_probe_read_user(&kind, 1, (void *)(context.value_type + TYPE_KIND_OFFSET));
		if ((kind & KIND_MASK) == KIND_MAP)
			return context.value;
		at = context.parent;
	}
	return 0;
}

/* func (s *Server) handleStream(t transport.ServerTransport, stream *transport.Stream, …)
 * BX = t's table of methods (internal/abi/iface.go, ITab: Fun at 24), whose first is Close. Where net/http serves gRPC
 * (Server.ServeHTTP) it is another one's, and that request is seen as one of net/http. */
inline_always int is_own_transport(struct pt_regs *ctx)
{
	u64 close = 0;

	bpf_probe_read_user(&close, sizeof(close), (void *)(ARG1(ctx) + 24));
	return close == INSTRUCTION_POINTER(ctx) + (long long)(s32)grpc_close_from;
}

#endif
