/** Builds the whole HTTP application from what it needs. Opens no port; `listen` does. */
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { ACCESS_DEFAULTS, type Guard } from '@mapscope/events';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { ApiModule } from './api.module.ts';
import { serveDocs } from './docs/openapi.ts';
import { nestLogger } from './http/nest-log.ts';
import { assistantNeeds } from './mcp/assistant-needs.ts';
import { serveAssistant } from './mcp/assistant.ts';
import { openGuard } from './access/open-guard.ts';
import { deepLink } from './http/deep-link.ts';
import { guardRequests } from './http/guard-requests.ts';
import { answerUnroutable } from './http/unroutable.ts';
import { pageRoutes } from './http/page-files.ts';
import { observeRequests } from './http/observe.ts';
import { ProblemFilter } from './http/problem.filter.ts';
import { SchemaPipe } from './http/schema.pipe.ts';
import { secure } from './http/security.ts';
import { createOwnMetrics } from './metrics/own-metrics.ts';
import { createStoreMetrics, metricsPage } from './metrics/metrics-page.ts';
import type { ApiNeeds } from './ports.ts';

export interface ApiOptions {
  /** folder of a built UI; absent: the small page in apps/api/public */
  readonly uiDir?: string | undefined;
  /** absent: for loopback, without keys */
  readonly guard?: Guard | undefined;
  /** assistants may attach and detach probes, with a key that may; absent: they only read */
  readonly assistantWrites?: boolean | undefined;
}

/** The largest body anybody needs to send is a few hundred bytes (PUT /probes). */
const BODY_LIMIT_BYTES = 65_536;
const SMALL_PAGE = fileURLToPath(new URL('../public', import.meta.url));

export async function createApi(needs: ApiNeeds, options: ApiOptions = {}): Promise<NestFastifyApplication> {
  const own = createOwnMetrics();
  const page = metricsPage(() => own.registry.metrics(), createStoreMetrics(needs));
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    frameworkErrors: answerUnroutable,
    ...(options.uiDir === undefined ? {} : { rewriteUrl: ({ method = '', url = '' }) => deepLink(method, url) }),
    return503OnClosing: true,
    forceCloseConnections: 'idle',
  });
  const fastify = adapter.getInstance<FastifyInstance>();
  observeRequests(fastify, own.observe);
  secure(fastify);
  const guard = options.guard ?? openGuard({ ...ACCESS_DEFAULTS, host: '127.0.0.1' }, () => undefined);
  // The small page cannot ask for a key: the browser does, when the page itself is refused.
  guardRequests(fastify, guard, options.uiDir === undefined ? new Set() : pageRoutes(options.uiDir));
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.with(needs, page), adapter, {
    // Fastify's own JSON parser refuses __proto__; Nest's would replace it and read forms besides.
    bodyParser: false,
    logger: nestLogger(needs.log),
  });
  app.useGlobalPipes(new SchemaPipe());
  app.useGlobalFilters(new ProblemFilter(needs.log));
  serveAssistant(fastify, assistantNeeds(app, needs, { guard, canWrite: options.assistantWrites ?? false }));
  servePages(app, options.uiDir ?? SMALL_PAGE);
  return app;
}

function servePages(app: NestFastifyApplication & INestApplication, folder: string): void {
  serveDocs(app);
  // Not wildcard: one route per file, so that unknown paths still end in a problem.
  app.useStaticAssets({ root: folder, prefix: '/', wildcard: false });
}
