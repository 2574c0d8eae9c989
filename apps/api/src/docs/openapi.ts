/** The OpenAPI 3.1 document, made from the same schemas that check the requests. */
import { problem, tailEvent, tailProblem, tailSkipped } from '@mapscope/contract';
import type { INestApplication } from '@nestjs/common';
import {
  DocumentBuilder,
  SwaggerModule,
  type OpenAPIObject,
  type StandardSchemaConversionResult,
} from '@nestjs/swagger';
import { z } from 'zod';
import { scopeOf } from '../http/guard-requests.ts';

const VERSION = '0.1.0';

interface JsonSchema {
  [keyword: string]: unknown;
  $defs?: Record<string, unknown>;
}

/** zod writes JSON Schema 2020-12, which is what OpenAPI 3.1 speaks; Nest's own converter asks for 3.0. */
function convert(
  schema: unknown,
  { schemaType }: { readonly schemaType: 'input' | 'output' },
): StandardSchemaConversionResult | undefined {
  if (!(schema instanceof z.ZodType)) return undefined;
  // A schema with an id comes as a $ref into its own $defs.
  const { $defs = {}, $schema: _, ...root } = jsonSchema(schema, schemaType);
  return { schema: root, components: $defs };
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const made = z.toJSONSchema(schema, {
    io,
    override: ({ jsonSchema: part }) => {
      // The name is the component's key; readOnly speaks of HTTP writes, zod means the TypeScript type.
      delete part['id'];
      delete part.readOnly;
      // An answer may gain members; a request may not hold unknown ones.
      if (io === 'output') delete part.additionalProperties;
    },
  });
  // A plain tree of keywords; in the document definitions live elsewhere.
  return JSON.parse(JSON.stringify(made).replaceAll('"#/$defs/', '"#/components/schemas/')) as JsonSchema;
}

const KEY_TEXT =
  'Made by npm run key. Needed when the API listens beyond loopback or was started with --require-key; scopes: read, ingest, control.';

type Paths = OpenAPIObject['paths'];

/** From the rule that the door asks, so that the document cannot say something else. `{}`: none, on loopback. */
function withSecurity(paths: Paths): Paths {
  const entries = Object.entries(paths).map(([path, operations]) => {
    const secured = Object.entries(operations).map(([method, operation]: [string, object]) => {
      const scope = scopeOf(method.toUpperCase(), path);
      const security = scope === 'none' ? [] : [{ key: [scope] }, { keyAsPassword: [scope] }, {}];
      return [method, { ...operation, security }];
    });
    return [path, Object.fromEntries(secured)];
  });
  // The same operations, each with one member more.
  return Object.fromEntries(entries) as Paths;
}

export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Mapscope')
    .setDescription('Why did p99 jump? The lock, who waited, who held it, at which line.')
    .setVersion(VERSION)
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'msk_…', description: KEY_TEXT }, 'key')
    .addBasicAuth({ type: 'http', scheme: 'basic', description: 'any user; the key is the password' }, 'keyAsPassword')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    standardSchemaConverter: convert,
    operationIdFactory: (_controller, method) => method,
  });
  const named = [problem, tailEvent, tailProblem, tailSkipped].map(
    (one) => convert(one, { schemaType: 'output' })?.components,
  );
  const schemas = Object.assign({}, document.components?.schemas, ...named);
  return { ...document, paths: withSecurity(document.paths), components: { ...document.components, schemas } };
}

export function serveDocs(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => openApiDocument(app), { customSiteTitle: 'Mapscope API', raw: ['json'] });
}
