/** Which request methods are names of their own: RFC 9110 §9 and RFC 5789; `_OTHER` is OpenTelemetry's http.request.method. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE']);

export const methodOf = (text: string): string => (METHODS.has(text) ? text : '_OTHER');

/** net/http/request.go, type Request: "For client requests, an empty string means GET". */
export const clientMethodOf = (text: string): string => (text === '' ? 'GET' : methodOf(text));
