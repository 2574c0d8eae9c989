/**
 * A failure behind the first byte of an answer, told as ClickHouse does (cancelWithException of
 * src/Server/HTTP/WriteBufferFromHTTPServerResponse.cpp, 25.11): a block that only the tag of this response can end,
 * and then no last chunk, so that a client that does not know the block still sees a broken answer.
 *
 *   … rows │ \r\n__exception__\r\n TAG \r\n message \n LENGTH ' ' TAG \r\n__exception__\r\n │ connection closed
 *
 * Pure; used by outgoing.ts.
 */
/** As long as ClickHouse's own (MAX_EXCEPTION_SIZE). */
const MAX_MESSAGE_BYTES = 16_384;

export function exceptionBlock(tag: string, text: string): Buffer {
  const message = Buffer.from(`${text.trimEnd().slice(0, MAX_MESSAGE_BYTES)}\n`);
  const end = `${message.length} ${tag}\r\n__exception__\r\n`;
  return Buffer.concat([Buffer.from(`\r\n__exception__\r\n${tag}\r\n`), message, Buffer.from(end)]);
}
