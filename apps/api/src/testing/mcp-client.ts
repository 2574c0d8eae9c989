/** The SDK's own client at an api of a test. */
import { registerHooks } from 'node:module';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { onTestFinished } from 'vitest';

/**
 * Tests resolve our libraries by the condition "source", and a package that the client takes its events with has sources
 * under that name, in TypeScript, which Node does not read there: it is resolved as a user's Node resolves it.
 */
registerHooks({
  resolve: (specifier, context, next) =>
    specifier.startsWith('eventsource-parser')
      ? next(specifier, { ...context, conditions: context.conditions.filter((condition) => condition !== 'source') })
      : next(specifier, context),
});

export async function mcpClient(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Client> {
  const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
  const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit: { headers } }));
  onTestFinished(() => client.close());
  return client;
}

export interface Told {
  readonly text: string;
  readonly structured: Readonly<Record<string, unknown>>;
  readonly isError: boolean;
}

export async function callTool(client: Client, name: string, args: object): Promise<Told> {
  const answer = await client.callTool({ name, arguments: { ...args } });
  // Its type is that of a task's answer, too; the client has checked it against the protocol and the tool's schema.
  const content = answer.content as readonly { readonly type: string; readonly text?: string }[];
  return {
    text: content.map(({ text = '' }) => text).join('\n'),
    structured: (answer.structuredContent ?? {}) as Readonly<Record<string, unknown>>,
    isError: answer.isError === true,
  };
}
