import type { Plugin } from 'vite';

/**
 * The Content-Security-Policy of the built page. It allows the page's own files and pictures that the page made itself, and nothing else: no request can
 * leave the host, neither from the page nor from its worker. The development server needs inline styles and a socket, so it has no policy.
 */
const POLICY = [
  "default-src 'none'",
  // WebAssembly, which the float64 executor compiles from bytes of its own. It allows no code from text.
  "script-src 'self' 'wasm-unsafe-eval'",
  // The engine's worker is a blob of one line, which imports a file of the page: so it inherits this policy. The service worker is a file.
  "worker-src 'self' blob:",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Adds the policy to the page, before everything that it governs. */
export function contentPolicy(): Plugin {
  return {
    name: 'pathlight-policy',
    apply: 'build',
    transformIndexHtml: () => [
      { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY }, injectTo: 'head-prepend' as const },
    ],
  };
}
