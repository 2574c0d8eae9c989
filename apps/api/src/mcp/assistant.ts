/**
 * `/mcp`: the Model Context Protocol over streamable HTTP (modelcontextprotocol.io, transports), for assistants. No session:
 * each request brings a server of its own, so any of several processes may answer it. Its door is that of the API: the
 * guard has looked at Host, Origin and key before anything here runs; a tool that changes something asks it again.
 */
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import { type Guard, MapscopeError } from '@mapscope/events';
import { PROBLEM_CONTENT_TYPE } from '@mapscope/contract';
import { MethodNotAllowedException } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { toProblem } from '../http/problem.ts';
import type { Log } from '../ports.ts';
import * as reading from './read-tools.ts';
import type { Tool, ToolWorld } from './tool.ts';
import * as writing from './write-tools.ts';

export const MCP_PATH = '/mcp';
export const READ_TOOLS = {
  list_incidents: reading.listIncidents,
  explain: reading.explain,
  compare_platforms: reading.comparePlatforms,
  top_contended: reading.topContended,
  get_trace: reading.getTrace,
} as const satisfies Readonly<Record<string, Tool>>;
export const WRITE_TOOLS = { attach: writing.attach, detach: writing.detach } as const satisfies Readonly<
  Record<string, Tool>
>;

export interface AssistantNeeds {
  readonly guard: Guard;
  readonly log: Log;
  readonly world: () => ToolWorld;
  /** attach and detach are there as well */
  readonly canWrite: boolean;
}

const INSTRUCTIONS =
  'Mapscope knows why p99 of Go services rose: which lock, who waited, who held it, at which line. Begin with list_incidents, then explain; get_trace shows one slow request.';

const NO_SESSIONS = new MethodNotAllowedException('there are no sessions here: POST each message');

export function serveAssistant(fastify: FastifyInstance, needs: AssistantNeeds): void {
  fastify.post(MCP_PATH, async (request, reply) => {
    const answer = await answerOnce(request, needs);
    void reply.status(answer.status).headers(Object.fromEntries(answer.headers));
    return reply.send(await answer.text());
  });
  // Without sessions there is no stream to open and none to end (transports, "Listening for Messages").
  fastify.route({
    method: ['GET', 'DELETE'],
    url: MCP_PATH,
    handler: (request, reply) => {
      const { status, problem } = toProblem(NO_SESSIONS, askedFor(request));
      return reply.status(status).header('allow', 'POST').type(PROBLEM_CONTENT_TYPE).send(problem);
    },
  });
}

async function answerOnce(request: FastifyRequest, needs: AssistantNeeds): Promise<Response> {
  const server = serverFor(request, needs);
  // Neither a session id nor a stream: the answer is one JSON document.
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  await server.connect(transport);
  try {
    const headers = Object.entries(request.headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as [string, string]] : [],
    );
    const web = new Request(`http://mapscope${MCP_PATH}`, { method: 'POST', headers });
    return await transport.handleRequest(web, { parsedBody: request.body });
  } finally {
    await server.close();
  }
}

function serverFor(request: FastifyRequest, needs: AssistantNeeds): McpServer {
  const server = new McpServer({ name: 'mapscope', version: '0.1.0' }, { instructions: INSTRUCTIONS });
  const tools: Readonly<Record<string, Tool>> = { ...READ_TOOLS, ...(needs.canWrite ? WRITE_TOOLS : {}) };
  for (const [name, tool] of Object.entries(tools)) {
    const { title, description, input, output, writes } = tool;
    const annotations = { readOnlyHint: !writes, destructiveHint: false, idempotentHint: true, openWorldHint: false };
    const config = { title, description, inputSchema: input, outputSchema: output, annotations };
    server.registerTool(name, config, (args: unknown) => call(tool, args, request, needs));
  }
  return server;
}

async function call(tool: Tool, args: unknown, request: FastifyRequest, needs: AssistantNeeds) {
  try {
    if (tool.writes) checkControl(request, needs.guard);
    const { text, structured } = await tool.run(args, needs.world());
    return { content: [{ type: 'text' as const, text }], structuredContent: { ...structured } };
  } catch (error) {
    return { content: [{ type: 'text' as const, text: told(error, request, needs.log) }], isError: true };
  }
}

function checkControl({ headers, socket }: FastifyRequest, guard: Guard): void {
  const answer = guard.check({ headers, localPort: socket.localPort }, 'control');
  if (!answer.allowed) throw new MapscopeError('ACCESS_REFUSED', answer.reason);
}

const askedFor = ({ method, id }: FastifyRequest) => ({ method, path: MCP_PATH, requestId: id });

/** As a problem of the API would say it: what is our fault goes to the log, not to the caller. */
function told(error: unknown, request: FastifyRequest, log: Log): string {
  if (error instanceof MapscopeError && error.code === 'ACCESS_REFUSED') return `${error.code}: ${error.message}`;
  const { status, problem } = toProblem(error, askedFor(request));
  if (status >= 500) log({ event: 'request-failed', requestId: request.id, path: MCP_PATH, error: String(error) });
  return `${problem.code}: ${problem.detail}`;
}
