/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* One object with every family: they share maps, and the loader takes only the programs it wants. */
#include "common.h"
#include "../src/families/lock/lock.bpf.c"
#include "../src/families/trace/trace.bpf.c"
#include "../src/families/http/http.bpf.c"
#include "../src/families/fatal/fatal.bpf.c"
#include "../src/families/client/client.bpf.c"
#include "../src/families/map/map.bpf.c"
#include "../src/families/syncmap/syncmap.bpf.c"
#include "../src/families/gc/gc.bpf.c"
#include "../src/families/goroutine/goroutine.bpf.c"

/* bpf_ktime_get_ns, bpf_probe_read_user and others are offered only to programs that declare a licence the kernel
 * knows as compatible (include/linux/license.h); under MIT these sources are. */
char LICENSE[] SEC("license") = "Dual MIT/GPL";
